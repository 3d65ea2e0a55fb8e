"""What a benchmark asks: questions with targets, and how their answers are read."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from promptkit.answers import AnswerType
from promptkit.types import Example, Prompt


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its target. A strategy gets `prompt()`, never the item."""

    id: str
    question: str
    target: str
    cluster: str = ""
    examples: tuple[Example, ...] = ()

    def prompt(self, *, temperature: float | None = None, max_tokens: int | None = None) -> Prompt:
        """What is asked."""
        return Prompt.of(self.question, temperature=temperature, max_tokens=max_tokens)


@dataclass(frozen=True)
class Task:
    """Questions with targets, how their answers are read, and what strategies may show or say."""

    name: str
    answer: AnswerType
    items: tuple[Item, ...]
    train: tuple[Example, ...] = ()
    instructions: Mapping[str, Any] | None = None
    description: str = ""

    def limited(self, limit: int | None, seed: int) -> Task:
        """The same task with `limit` of its items, drawn with `seed`, in the order of the file."""
        if limit is None or limit >= len(self.items):
            return self
        chosen = sorted(random.Random(seed).sample(range(len(self.items)), limit))  # noqa: S311 - not for secrets
        return replace(self, items=tuple(self.items[i] for i in chosen))

    def shuffled(self, seed: int) -> Task:
        """The same task with its items in a random order, drawn with `seed`."""
        items = random.Random(seed).sample(self.items, len(self.items))  # noqa: S311 - not for secrets
        return replace(self, items=tuple(items))
