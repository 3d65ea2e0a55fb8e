"""How alike a text and each example are: by their words (BM25), or by vectors that someone makes of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from promptkit.examples.bm25 import Words
from promptkit.examples.situation import Embed
from promptkit.examples.vectors import Vectors
from promptkit.types import Example

_KEPT = 16  # pools of examples whose index is kept


def similarities(examples: tuple[Example, ...], embed: Embed | None) -> Callable[[str], Sequence[float]]:
    """What gives of a text the likeness of each example to it: 1 for the likest by words, and for equal vectors."""
    questions = tuple(example.question for example in examples)
    return _words(questions) if embed is None else _vectors(questions, embed)


@functools.lru_cache(maxsize=_KEPT)
def _words(texts: tuple[str, ...]) -> Words:
    return Words(texts)


@functools.lru_cache(maxsize=_KEPT)
def _vectors(texts: tuple[str, ...], embed: Embed) -> Vectors:
    return Vectors(texts, embed)
