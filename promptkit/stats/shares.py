"""Shares of 1, and scores that are plainly right or wrong: what needs no numpy."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from promptkit.errors import UsageError

if TYPE_CHECKING:
    from promptkit.stats.scores import Scores


def as_share(value: float, name: str) -> float:
    """A number strictly between 0 and 1, such as a confidence level.

    Raises:
        UsageError: it is not.
    """
    if not 0 < value < 1:
        raise UsageError(f"{name} must lie between 0 and 1, got {value}")
    return value


def right_or_wrong(scores: Scores) -> bool:
    """Whether these are scores in a plain sequence, each 0 or 1."""
    return isinstance(scores, (array, list, tuple)) and bool(scores) and all(score in (0, 1) for score in scores)
