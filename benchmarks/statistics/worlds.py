"""Benchmarks whose truth is known: item scores drawn from a stated accuracy and difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# How far items differ in difficulty: the precision a + b of the Beta distribution of an item's chance to be right.
SPREADS = {"polarised": 0.3, "mixed": 2.0, "alike": None}


def chances(random: np.random.Generator, mean: float, precision: float | None, size: tuple[int, ...]) -> FloatArray:
    """The chance of every item (or cluster) to be answered right; all alike without a precision."""
    if precision is None:
        return np.full(size, mean)
    return random.beta(mean * precision, (1 - mean) * precision, size)


def averaged(random: np.random.Generator, chance: FloatArray, draws: int) -> FloatArray:
    """Item scores averaged over some draws."""
    return random.binomial(draws, chance) / draws


def better_by(
    random: np.random.Generator, chance: FloatArray, mean: float, difference: float, style: str, precision: float | None
) -> FloatArray:
    """The candidate's chances, whose mean is `difference` above the baseline's `mean`.

    `same`: every item gains in proportion to what it lacks. `own`: the candidate finds other items hard.
    """
    if style == "same":
        return np.asarray(np.minimum(1.0, chance + difference * (1 - chance) / (1 - mean)))
    return chances(random, mean + difference, precision, chance.shape)


@dataclass(frozen=True)
class Clustering:
    """How items fall into clusters: their mean size, and whether all are of that size."""

    size: int
    uneven: bool

    def sizes(self, random: np.random.Generator, items: int, repetitions: int) -> FloatArray:
        """Sizes of clusters that hold about `items` items; uneven ones are geometric, up to eight times the mean."""
        shape = (repetitions, items // self.size)
        if not self.uneven:
            return np.full(shape, float(self.size))
        return np.minimum(random.geometric(1 / self.size, shape), 8 * self.size).astype(np.float64)


CLUSTERINGS = [Clustering(size, uneven) for size in (2, 5, 20) for uneven in (False, True)]
CORRELATIONS = (0.1, 0.3, 0.7)  # of two items of one cluster


def precision_of(correlation: float) -> float:
    """The precision of the Beta distribution that makes two items of a cluster so correlated."""
    return 1 / correlation - 1
