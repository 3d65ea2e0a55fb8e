"""Several comparisons at once."""

from __future__ import annotations

from collections.abc import Sequence

from promptkit.errors import UsageError


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted for being one family, in the order given.

    Holm 1979, "A simple sequentially rejective multiple test procedure". Rejecting where the adjusted value is at most
    alpha keeps the chance of any false rejection at most alpha, whatever the dependence.

    Raises:
        UsageError: a value is not a probability.
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise UsageError(f"p-values must lie between 0 and 1, got {list(p_values)}")
    adjusted, largest = [0.0] * len(p_values), 0.0
    for done, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, float(p_values[place]) * (len(p_values) - done))
        adjusted[place] = min(1.0, largest)
    return tuple(adjusted)
