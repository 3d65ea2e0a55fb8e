"""Methods that were measured beside the chosen ones, and not chosen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, ndtri, stdtrit

FloatArray = npt.NDArray[np.float64]
Z = float(ndtri(0.975))


def plain_t(sums: FloatArray, sizes: FloatArray) -> tuple[float, float]:
    """The usual cluster-robust t interval of a mean, 95 %."""
    units, items = sizes.size, sizes.sum()
    mean = sums.sum() / items
    variance = units / (units - 1) * np.square(sums - mean * sizes).sum() / items**2
    half = float(stdtrit(units - 1, 0.975)) * np.sqrt(variance)
    return float(mean - half), float(mean + half)


def bootstrap(random: np.random.Generator, sums: FloatArray, sizes: FloatArray) -> tuple[float, float]:
    """The percentile interval of a bootstrap of whole clusters, 95 %, 1,000 resamples."""
    drawn = random.integers(0, sums.size, (1000, sums.size))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def newcombe(both: int, gained: int, lost: int, neither: int) -> tuple[float, float]:
    """The 95 % interval of a paired difference by Newcombe 1998, method 10."""
    n = both + gained + lost + neither
    candidate, baseline = (both + gained) / n, (both + lost) / n
    low, high = _wilson(candidate, n), _wilson(baseline, n)
    below, above = candidate - low[0], low[1] - candidate
    base_below, base_above = baseline - high[0], high[1] - baseline
    phi = _phi(both, gained, lost, neither)
    lower = below**2 - 2 * phi * below * base_above + base_above**2
    upper = above**2 - 2 * phi * above * base_below + base_below**2
    difference = candidate - baseline
    return difference - np.sqrt(max(0.0, lower)), difference + np.sqrt(max(0.0, upper))


def mid_p(gained: int, lost: int) -> float:
    """The mid-p version of the exact McNemar test."""
    fewer, discordant = min(gained, lost), gained + lost
    if gained == lost:
        return 1.0
    at_most, below = bdtr([fewer, max(fewer - 1, 0)], discordant, 0.5)
    return float(at_most + below) if fewer else float(at_most)


def _wilson(share: float, n: int) -> tuple[float, float]:
    centre = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * np.sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    return centre - half, centre + half


def _phi(both: int, gained: int, lost: int, neither: int) -> float:
    """The correlation of the two strategies, with Newcombe's continuity correction where it is positive."""
    n = both + gained + lost + neither
    margins = float((both + gained) * (lost + neither) * (both + lost) * (gained + neither))
    excess = float(both * neither - gained * lost)
    if excess > 0:
        excess = max(excess - n / 2, 0.0)
    return excess / np.sqrt(margins) if margins else 0.0
