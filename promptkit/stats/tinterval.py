"""The mean of differences that are averages, or clustered: its interval, and a test that skewness does not mislead."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Self

import numpy as np
from scipy.special import stdtr, stdtrit

from promptkit.stats.accuracy import Interval
from promptkit.stats.clusters import Grouped

# Two imaginary units with this difference and its negative: together the squared difference of one discordant item.
PRIOR_DIFFERENCE = sqrt(0.5)


@dataclass(frozen=True)
class AdjustedT:
    """Student's t for a mean difference, with two imaginary units of opposite differences among the data.

    Without them the error is too small just when the rare large differences happen to be missing, and 0 when there is
    no difference at all. After Bonett & Price 2012, "Adjusted Wald confidence interval for a difference of binomial
    proportions based on paired data", who add differences of size 1 to right-or-wrong data. Ours, of size 0.71, are
    the smallest that keep the coverage measured in `benchmarks/statistics`.

    Attributes:
        mean: the mean difference, drawn towards 0 by the imaginary units.
        error: its standard error, by the jackknife over units; infinite with a single unit.
        freedom: the effective number of units (Kish 1965, "Survey Sampling") less one.
    """

    mean: float
    error: float
    freedom: float

    @classmethod
    def of(cls, units: Grouped) -> Self:
        """The mean of the differences summed in these units."""
        if units.sizes.size == 1:
            return cls(0.0, inf, 1.0)
        size = units.items / units.effective  # that of the unit to which an item belongs, on average
        sums = np.append(units.sums, [PRIOR_DIFFERENCE * size, -PRIOR_DIFFERENCE * size])
        adjusted = Grouped(sums, np.append(units.sizes, [size, size]))
        return cls(adjusted.mean, sqrt(adjusted.variance), units.effective - 1)

    def interval(self, confidence: float) -> Interval:
        """The confidence interval of the mean difference."""
        half = float(stdtrit(self.freedom, (1 + confidence) / 2)) * self.error
        return Interval(max(-1.0, self.mean - half), min(1.0, self.mean + half))

    @property
    def p(self) -> float:
        """The two-sided p-value of a mean difference of 0: one less the confidence of the interval that ends there."""
        return float(2 * stdtr(self.freedom, -abs(self.mean) / self.error))
