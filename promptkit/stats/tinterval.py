"""The interval of a mean difference where the differences are averages, or clustered."""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy.special import stdtrit

from promptkit.stats.accuracy import Interval
from promptkit.stats.clusters import Grouped

# Two imaginary units with this difference and its negative: together the squared difference of one discordant item.
PRIOR_DIFFERENCE = sqrt(0.5)


def adjusted_t_interval(units: Grouped, confidence: float) -> Interval:
    """Student's t interval of a mean difference, with two imaginary units of opposite differences among the data.

    Without them the interval is too narrow just when the rare large differences happen to be missing, and empty when
    there is no difference at all. After Bonett & Price 2012, "Adjusted Wald confidence interval for a difference of
    binomial proportions based on paired data", who add differences of size 1 to right-or-wrong data. Ours, of size
    0.71, are the smallest that keep the coverage measured in `benchmarks/statistics`. The variance is the jackknife's
    over units, and t has the effective number of units (Kish 1965, "Survey Sampling") less one.
    """
    if units.sizes.size == 1:
        return Interval(-1.0, 1.0)
    size = units.items / units.effective  # that of the unit to which an item belongs, on average
    sums = np.append(units.sums, [PRIOR_DIFFERENCE * size, -PRIOR_DIFFERENCE * size])
    adjusted = Grouped(sums, np.append(units.sizes, [size, size]))
    half = float(stdtrit(units.effective - 1, (1 + confidence) / 2)) * sqrt(adjusted.variance)
    return Interval(max(-1.0, adjusted.mean - half), min(1.0, adjusted.mean + half))
