"""What a way to choose examples goes by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from promptkit.plugins import Registry
from promptkit.types import Example

Embed: TypeAlias = Callable[[list[str]], Sequence[Sequence[float]]]  # texts to vectors, one each, in the same order

EMBEDDINGS: Registry[Embed] = Registry("promptkit.embeddings", "function of embeddings", {})


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A question, and the examples that may be shown with it.

    Attributes:
        examples: all of them, best first.
        places: those that are to choose from, as places in `examples`, in order.
        n: how many are wanted.
        question: what is asked; `first` is what the outermost strategy was asked, before others rewrote it.
        seed: of what is drawn.
        relevance: what likeness to the question weighs beside being unlike the others, from 0 to 1.
        embed: makes vectors of texts; `None` compares their words.
    """

    examples: tuple[Example, ...]
    places: tuple[int, ...]
    n: int
    question: str
    first: str
    seed: int = 0
    relevance: float = 0.5
    embed: Embed | None = None


Pick: TypeAlias = Callable[[Situation], list[int]]  # the places of at most `n` examples, best first
