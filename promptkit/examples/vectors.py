"""Texts by the vectors that a function makes of them."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from promptkit.errors import UsageError
from promptkit.examples.situation import Embed
from promptkit.foreign import guarded

_KEPT = 1_024  # texts whose likenesses are kept


class Vectors:
    """The cosines of vectors. `embed` is called once for all texts, and once for each other text."""

    def __init__(self, texts: Sequence[str], embed: Embed) -> None:
        self._embed = embed
        self._of = dict(zip(texts, _embedded(embed, list(texts)), strict=True))
        self._vectors = [self._of[text] for text in texts]
        self._likeness = functools.lru_cache(maxsize=_KEPT)(self._cosines)

    def __call__(self, text: str) -> Sequence[float]:
        """How alike each text is to this one: the cosine of their vectors."""
        return self._likeness(text)

    def _cosines(self, text: str) -> tuple[float, ...]:
        vector = self._of.get(text) or _embedded(self._embed, [text])[0]
        if len(vector) != len(self._vectors[0]):
            raise UsageError(f"embed made a vector of {len(vector)} numbers, and before of {len(self._vectors[0])}")
        return tuple(sum(a * b for a, b in zip(vector, other, strict=True)) for other in self._vectors)


def _embedded(embed: Embed, texts: list[str]) -> list[tuple[float, ...]]:
    """A vector of length 1 for each text.

    Raises:
        UsageError: `embed` failed, or made something else.
    """
    return guarded("embed", lambda: _unit_vectors(embed(list(texts)), texts))


def _unit_vectors(made: Sequence[Sequence[float]], texts: list[str]) -> list[tuple[float, ...]]:
    vectors = [tuple(float(number) for number in vector) for vector in made]
    if len(vectors) != len(texts):
        raise UsageError(f"it made {len(vectors)} vectors of {len(texts)} texts; return one for each, in their order")
    lengths = [math.hypot(*vector) for vector in vectors]
    if len({len(vector) for vector in vectors}) > 1 or not all(math.isfinite(length) for length in lengths):
        raise UsageError("its vectors differ in length, or contain a number that is not finite; return finite numbers")
    return [
        tuple(number / (length or 1.0) for number in vector) for vector, length in zip(vectors, lengths, strict=True)
    ]
