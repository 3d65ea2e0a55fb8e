"""The examples whose questions are most like the question."""

from __future__ import annotations

from promptkit.examples.similarity import similarities
from promptkit.examples.situation import Situation


def nearest(asked: Situation) -> list[int]:
    """The `n` most alike; of equals the first. Liu et al. 2021, arXiv:2101.06804."""
    likeness = similarities(asked.examples, asked.embed)(asked.question)
    return sorted(asked.places, key=lambda place: -likeness[place])[: asked.n]
