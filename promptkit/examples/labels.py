"""Examples by the answer that they show, without regard to case."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.examples.situation import Situation
from promptkit.types import Example


def by_answer(asked: Situation) -> list[list[int]]:
    """The places of the examples of each answer; answers in the order they first appear."""
    places: dict[str, list[int]] = {}
    for place in asked.places:
        places.setdefault(_answer(asked.examples[place]), []).append(place)
    return list(places.values())


def answers(examples: Iterable[Example]) -> set[str]:
    """The answers that they show."""
    return {_answer(example) for example in examples}


def _answer(example: Example) -> str:
    return example.answer.strip().casefold()
