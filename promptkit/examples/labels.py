"""Examples by the answer that they show."""

from __future__ import annotations

from promptkit.examples.situation import Situation


def by_answer(asked: Situation) -> list[list[int]]:
    """The places of the examples of each answer, without regard to case; answers in the order they first appear."""
    places: dict[str, list[int]] = {}
    for place in asked.places:
        places.setdefault(asked.examples[place].answer.strip().casefold(), []).append(place)
    return list(places.values())
