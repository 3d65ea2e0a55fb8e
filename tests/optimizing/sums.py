"""A task of sums, a model that gets them right when it is told to be careful, and models that propose."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

from promptkit import FunctionModel, Prompt
from promptkit.optimizing import Optimized, optimize

QUESTIONS = [(f"What is {n} + 20?", str(n + 20)) for n in range(120)]
SIZES: dict[str, Any] = {"train": 10, "validation": 10, "held_out": 40}


def right_if(*words: str, asked: list[str] | None = None) -> FunctionModel:
    """A model that adds rightly when one of the words is in its prompt, and else one too many."""

    def answer(prompt: Prompt) -> str:
        text = "\n".join(message.text for message in prompt.messages)
        if asked is not None:
            asked.append(text)
        number = int(re.findall(r"is (\d+) \+", prompt.question)[-1]) + 20
        return f"The answer is {number + (not any(word in text for word in words))}."

    return FunctionModel(answer, name="adder")


def proposing(*wordings: str, asked: list[str] | None = None) -> FunctionModel:
    """A model that proposes these, one after the other, and then the last again."""
    left = itertools.chain(wordings, itertools.repeat(wordings[-1]))

    def answer(prompt: Prompt) -> str:
        if asked is not None:
            asked.append(prompt.question)
        return f"I would write:\n<wording>\n{next(left)}\n</wording>"

    return FunctionModel(answer, name="proposer")


def optimized(directory: Any, model: FunctionModel, *wordings: str, **options: Any) -> Optimized:
    """The sums, optimised in a directory."""
    given = {"strategy": "cot", "max_calls": 400, **SIZES, **options}
    reflection = given.pop("reflection_model", None) or proposing(*wordings)
    task: Iterable[Any] = given.pop("task", QUESTIONS)
    return optimize(list(task), model=model, reflection_model=reflection, answer="number", directory=directory, **given)
