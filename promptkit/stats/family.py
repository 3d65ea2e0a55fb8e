"""Several comparisons at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from promptkit.errors import UsageError


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted for being one family, in the order given.

    Holm 1979, "A simple sequentially rejective multiple test procedure". Rejecting where the adjusted value is at most
    alpha keeps the chance of any false rejection at most alpha, whatever the dependence.

    Raises:
        UsageError: a value is not a probability.
    """
    values = np.asarray(p_values, dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise UsageError(f"p-values must lie between 0 and 1, got {list(p_values)}.")
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(values.size, 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, stepped)
    return tuple(adjusted.tolist())
