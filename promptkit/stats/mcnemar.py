"""Two strategies that are right or wrong on the same items: only the items on which they disagree distinguish them."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

from promptkit.stats.accuracy import Interval
from promptkit.stats.binomial import cdf, normal_quantile


def mcnemar_p(gained: int, lost: int) -> float:
    """The two-sided p-value of the exact McNemar test.

    McNemar 1947, "Note on the sampling error of the difference between correlated proportions", with the binomial
    distribution in place of the normal. We do not use the mid-p version: it has more power, but its level exceeds the
    nominal one when strategies disagree on more than about four fifths of the items (`benchmarks/statistics`).

    Args:
        gained: items that only the candidate has right.
        lost: items that only the baseline has right.
    """
    return min(1.0, 2 * cdf(min(gained, lost), gained + lost, 0.5))


def tango_interval(gained: int, lost: int, n: int, confidence: float = 0.95) -> Interval:
    """The score interval of the difference of two paired proportions.

    Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
    design": the differences that its score test does not reject.
    """
    z = normal_quantile((1 + confidence) / 2)
    estimate = (gained - lost) / n
    low = _crossing(lambda difference: _score(gained, lost, n, difference) <= z, -1.0, estimate)
    high = _crossing(lambda difference: _score(gained, lost, n, difference) < -z, estimate, 1.0)
    return Interval(low, high)


def _score(gained: int, lost: int, n: int, difference: float) -> float:
    """Tango's statistic: how many standard errors the observed difference lies above `difference`."""
    gap = gained - lost - n * difference
    linear = (2 * n - gained + lost) * difference - gained - lost
    constant = -lost * difference * (1 - difference)
    # the restricted maximum-likelihood estimate of the share of lost items
    losing = (sqrt(max(0.0, linear * linear - 8 * n * constant)) - linear) / (4 * n)
    variance = n * (2 * losing + difference * (1 - difference))
    if variance <= 0:
        return 0.0 if gap == 0 else gap * float("inf")
    return gap / sqrt(variance)


def _crossing(after: Callable[[float], bool], low: float, high: float) -> float:
    """Where `after` turns from false to true between `low` and `high`, by bisection."""
    for _ in range(45):
        middle = (low + high) / 2
        low, high = (low, middle) if after(middle) else (middle, high)
    return high
