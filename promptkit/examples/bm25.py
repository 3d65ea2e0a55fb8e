"""Texts by the words they share, rare ones weighing most: BM25, by the package bm25s."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Sequence
from typing import Any

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.scripts import WIDE

_PIECES = re.compile(rf"[{WIDE}]+|(?:(?![{WIDE}])[^\W_])+")
_NO_WORD = "\0"  # of a text without words, for which BM25 has no length
_KEPT = 1_024  # texts whose likenesses are kept


class Words:
    """Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", as Lucene computes it.

    The term frequency saturates at k1 = 1.5 and is put in proportion to the length with b = 0.75. Scores are divided by
    the greatest one, so that they can be weighed against each other.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._index = _bm25s().BM25(k1=1.5, b=0.75, method="lucene")
        self._index.index([words(text) or [_NO_WORD] for text in texts], show_progress=False)
        self._count = len(texts)
        self._likeness = functools.lru_cache(maxsize=_KEPT)(self._scores)

    def __call__(self, text: str) -> Sequence[float]:
        """How alike each text is to this one: 1 for the likest, 0 for one that shares no word with it."""
        return self._likeness(text)

    def _scores(self, text: str) -> tuple[float, ...]:
        known = [word for word in words(text) if word in self._index.vocab_dict]
        scores = [float(score) for score in self._index.get_scores(known)] if known else [0.0] * self._count
        best = max(scores)
        return tuple(score / best for score in scores) if best > 0 else tuple(scores)


def words(text: str) -> list[str]:
    """The words of a text without regard to case; of scripts without blanks each character, and each two neighbours."""
    found: list[str] = []
    for piece in _PIECES.findall(text.casefold()):
        if re.match(f"[{WIDE}]", piece):
            found += [*piece, *(first + second for first, second in itertools.pairwise(piece))]
        else:
            found.append(piece)
    return found


def require_bm25() -> None:
    """See that words can be compared.

    Raises:
        UsageError: bm25s is not installed.
    """
    _bm25s()


def _bm25s() -> Any:  # noqa: ANN401 - a package without types
    try:
        import bm25s  # only who compares words needs it, and numpy with it
    except ImportError:
        raise UsageError(
            f"examples are compared by their words with bm25s: {pip_install('examples')}; or give `embed`"
        ) from None
    return bm25s
