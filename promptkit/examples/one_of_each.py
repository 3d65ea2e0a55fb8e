"""One example of each answer, and then the others as they come."""

from __future__ import annotations

from promptkit.examples.labels import by_answer
from promptkit.examples.situation import Situation


def one_of_each(asked: Situation) -> list[int]:
    """The first of each answer, then the first of the others: no label is missing, and common ones remain common."""
    leading = [places[0] for places in by_answer(asked)]
    others = [place for place in asked.places if place not in leading]
    return [*leading, *others][: asked.n]
