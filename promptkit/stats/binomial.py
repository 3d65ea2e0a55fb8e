"""The binomial distribution in plain Python: what a comparison needs of it, without loading numpy and scipy for it."""

from __future__ import annotations

from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_NEGLIGIBLE = 1e-18  # of what was summed so far


def normal_quantile(share: float) -> float:
    """The value that a standard normal variable stays below in this share of cases."""
    return NormalDist().inv_cdf(share)


def pmf(k: int, n: int, share: float) -> float:
    """The chance of exactly `k` of `n`, each with the chance `share`."""
    if not 0 <= k <= n:
        return 0.0
    if share in (0.0, 1.0):
        return float(k == n * share)
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(share) + (n - k) * log1p(-share))


def cdf(k: int, n: int, share: float) -> float:
    """The chance of at most `k` of `n`."""
    if k >= n:
        return 1.0
    if k < 0 or share in (0.0, 1.0):
        return float(k >= 0 and share == 0.0)
    middle = n * share
    if k > middle:  # the other tail is the shorter sum
        return 1.0 - cdf(n - k - 1, n, 1 - share)
    total = term = pmf(k, n, share)
    odds = (1 - share) / share
    while k > 0 and term > _NEGLIGIBLE * total:
        term *= k / (n - k + 1) * odds
        total += term
        k -= 1
    return total


def likely(n: int, share: float) -> range:
    """The counts within six standard deviations of the expected one."""
    expected, reach = n * share, 6 * sqrt(n * share * (1 - share)) + 6
    return range(max(0, int(expected - reach)), min(n, int(expected + reach) + 1) + 1)
