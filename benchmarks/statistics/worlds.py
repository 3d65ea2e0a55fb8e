"""Benchmarks whose truth is known: item scores drawn from a stated accuracy and difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# How far items differ in difficulty: the precision a + b of the Beta distribution of an item's chance to be right.
SPREADS = {"polarised": 0.3, "mixed": 2.0, "alike": None}
STYLES = ("same", "own")  # the candidate gains on every item in proportion to what it lacks, or finds others hard


def chances(random: np.random.Generator, mean: float, precision: float | None, size: tuple[int, ...]) -> FloatArray:
    """The chance of every item (or cluster) to be answered right; all alike without a precision."""
    if precision is None:
        return np.full(size, mean)
    return random.beta(mean * precision, (1 - mean) * precision, size)


def averaged(random: np.random.Generator, chance: FloatArray, draws: int) -> FloatArray:
    """Item scores averaged over some draws."""
    return random.binomial(draws, chance) / draws


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


@dataclass(frozen=True)
class Averaged:
    """Two strategies whose items are averaged over draws."""

    baseline: float
    difference: float
    precision: float | None
    style: str
    draws: int

    def sample(self, random: np.random.Generator, n: int, repetitions: int) -> tuple[FloatArray, FloatArray]:
        """Item differences and sizes of one, one row a repetition."""
        chance = chances(random, self.baseline, self.precision, (repetitions, n))
        better = _better(random, chance, self)
        differences = averaged(random, better, self.draws) - averaged(random, chance, self.draws)
        return differences, np.ones_like(differences)


@dataclass(frozen=True)
class InClusters:
    """Two strategies that are right or wrong on clustered items."""

    baseline: float
    difference: float
    precision: float | None
    style: str
    clustering: Clustering

    def sample(self, random: np.random.Generator, n: int, repetitions: int) -> tuple[FloatArray, FloatArray]:
        """Sums of the differences in every cluster, and its size, one row a repetition."""
        sizes = self.clustering.sizes(random, n, repetitions)
        chance = chances(random, self.baseline, self.precision, sizes.shape)
        whole = sizes.astype(int)
        sums = random.binomial(whole, _better(random, chance, self)) - random.binomial(whole, chance)
        return sums.astype(np.float64), sizes


def _better(random: np.random.Generator, chance: FloatArray, world: Averaged | InClusters) -> FloatArray:
    """The candidate's chances, whose mean is `difference` above the baseline's."""
    if world.style == "own":
        return chances(random, world.baseline + world.difference, world.precision, chance.shape)
    return np.asarray(np.minimum(1.0, chance + world.difference * (1 - chance) / (1 - world.baseline)))
