"""As many examples of one answer as of any other."""

from __future__ import annotations

from itertools import chain, zip_longest

from promptkit.examples.labels import by_answer
from promptkit.examples.situation import Situation


def balanced(asked: Situation) -> list[int]:
    """The first of each answer, then the second of each, and so on, as long as there are some."""
    rounds = zip_longest(*by_answer(asked))
    return [place for place in chain.from_iterable(rounds) if place is not None][: asked.n]
