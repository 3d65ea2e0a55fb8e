"""Values grouped by cluster, and the variance of their mean that follows from it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from promptkit.errors import UsageError
from promptkit.stats.scores import FloatArray

Clusters = Sequence[Hashable]


@dataclass(frozen=True)
class Grouped:
    """The independent units of a sample: the sum of the values in each, and how many there are in it."""

    sums: FloatArray
    sizes: FloatArray

    @classmethod
    def of(cls, values: FloatArray, clusters: Clusters | None) -> Self:
        """`values` summed by cluster; every value is a unit of its own when `clusters` is `None`."""
        if clusters is None:
            return cls(values, np.ones_like(values))
        if len(clusters) != values.size:
            raise UsageError(f"{len(clusters)} cluster ids for {values.size} items; give one for every item")
        numbers: dict[Hashable, int] = {}
        index = np.array([numbers.setdefault(cluster, len(numbers)) for cluster in clusters])
        sums, sizes = np.bincount(index, weights=values), np.bincount(index)
        return cls(sums.astype(np.float64), sizes.astype(np.float64))

    @property
    def clustered(self) -> bool:
        """Whether any unit holds more than one item."""
        return bool(np.any(self.sizes > 1))

    @property
    def items(self) -> float:
        """The number of items."""
        return float(self.sizes.sum())

    @property
    def mean(self) -> float:
        """The mean over items."""
        return float(self.sums.sum() / self.items)

    @property
    def effective(self) -> float:
        """How many equal-sized units would weigh as much: Kish 1965, "Survey Sampling"."""
        return self.items**2 / float(np.square(self.sizes).sum())

    @property
    def variance(self) -> float:
        """The variance of the mean, by leaving out one unit at a time; infinite with a single unit.

        Efron & Stein 1981, "The jackknife estimate of variance", about the full-sample mean. With clusters this is
        the CR3 estimator of Bell & McCaffrey 2002, "Bias reduction in standard errors for linear regression with
        multi-stage samples", which does not come out too small where clusters are few or unequal.
        """
        units = self.sizes.size
        if units == 1:
            return float("inf")
        shifts = (self.sums - self.mean * self.sizes) / (self.items - self.sizes)
        return float((units - 1) / units * np.square(shifts).sum())
