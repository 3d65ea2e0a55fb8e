"""Item scores, checked at the door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from promptkit.errors import UsageError

FloatArray = npt.NDArray[np.float64]
Scores = Sequence[float] | FloatArray

ROUNDING = 1e-9  # scores closer than this are the same score


def as_scores(values: Scores, name: str = "scores") -> FloatArray:
    """The item scores as an array.

    Raises:
        UsageError: there is no score, or one is outside [0, 1].
    """
    scores = np.asarray(values, dtype=np.float64)
    if scores.ndim != 1 or scores.size == 0:
        raise UsageError(f"{name} must be a flat sequence of at least one item score, got shape {scores.shape}")
    if not np.all((scores >= 0) & (scores <= 1)):
        raise UsageError(f"{name} must lie between 0 (wrong) and 1 (right); leave out items without an outcome")
    return scores


def are_binary(scores: FloatArray) -> bool:
    """Whether every item is plainly right or wrong."""
    return bool(np.all((scores == 0) | (scores == 1)))
