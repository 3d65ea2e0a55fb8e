"""Examples drawn at random, afresh for every question."""

from __future__ import annotations

import random

from promptkit.examples.situation import Situation


def randomly(asked: Situation) -> list[int]:
    """`n` of them, drawn with the seed and the question as it was first asked.

    They are the same in every call about the question, whatever stands around this strategy, and whichever other
    questions there are. As each question has its own, an interval over questions covers the choice of examples.
    """
    drawn = random.Random(f"{asked.seed}/{asked.first}")  # noqa: S311 - not for secrets
    return drawn.sample(asked.places, min(asked.n, len(asked.places)))
