"""How small a difference a comparison can see, and how many items it takes to see one."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from scipy.special import bdtr, bdtrik, gammaln, xlog1py, xlogy

from promptkit.errors import UsageError
from promptkit.stats.scores import FloatArray, as_share

MOST_ITEMS = 1_000_000
FINEST = 1e-4  # a hundredth of a percentage point


def mcnemar_power(n: int, difference: float, discordance: float, *, alpha: float = 0.05) -> float:
    """The chance that the exact McNemar test finds a difference, in its true direction.

    Duffy 1984, "Asymptotic and exact power for the McNemar test and its analogue with R controls per case": the
    conditional power, averaged over the binomial number of discordant items.

    Args:
        n: items compared.
        difference: the true difference of the accuracies; its sign does not matter.
        discordance: the share of items on which the strategies truly disagree, at least the difference.
        alpha: level of the two-sided test.

    Raises:
        UsageError: no such pair of strategies exists.
    """
    if not 0 <= abs(difference) <= discordance <= 1:
        raise UsageError(
            f"A difference of {difference} needs a discordance between {abs(difference)} and 1, got {discordance}."
        )
    if discordance == 0:
        return 0.0
    losing = (1 - abs(difference) / discordance) / 2
    discordant = _likely_counts(n, discordance)
    critical = _critical(discordant, as_share(alpha, "alpha"))
    found = np.where(critical >= 0, bdtr(np.maximum(critical, 0), discordant.astype(np.int64), losing), 0.0)
    return float(_binomial(discordant, n, discordance) @ found)


def items_needed(difference: float, discordance: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """The fewest items with which the exact McNemar test finds a difference with this power.

    Args:
        difference: the true difference to be found.
        discordance: the share of items on which the strategies disagree, from a pilot's `PairedDifference.discordance`
            or assumed. It is raised to the difference where it is below it, for no pair of strategies is. For averaged
            or graded scores the answer is an approximation, on the safe side where differences are small but steady.
            With clusters multiply by the pilot's `design_effect`.
        power: chance to find the difference.
        alpha: level of the two-sided test.

    Raises:
        UsageError: the difference is 0, or takes more than a million items.
    """
    if not 0 < abs(difference) <= 1:
        raise UsageError(f"A difference of {difference} cannot be found. Give one between 0 and 1.")
    as_share(power, "power")
    discordance = max(discordance, abs(difference))
    few, enough = 0, 8
    while mcnemar_power(enough, difference, discordance, alpha=alpha) < power:
        few, enough = enough, 2 * enough
        if enough > MOST_ITEMS:
            raise UsageError(
                f"A difference of {difference} takes more than {MOST_ITEMS:,} items. Look for a larger one."
            )
    while enough - few > 1:
        middle = (few + enough) // 2
        if mcnemar_power(middle, difference, discordance, alpha=alpha) < power:
            few = middle
        else:
            enough = middle
    return enough


def smallest_detectable(n: float, discordance: float, *, power: float = 0.8, alpha: float = 0.05) -> float | None:
    """The smallest true difference that the exact McNemar test finds with this power; `None` when it finds none.

    Args:
        n: items compared; with clusters, divided by the `design_effect`.
        discordance: as for `items_needed`.
        power: chance to find the difference.
        alpha: level of the two-sided test.
    """
    as_share(power, "power")

    def found(difference: float) -> bool:
        return mcnemar_power(int(n), difference, max(discordance, difference), alpha=alpha) >= power

    if not found(1.0):
        return None
    low, high = 0.0, 1.0
    while high - low > FINEST:
        middle = (low + high) / 2
        low, high = (low, middle) if found(middle) else (middle, high)
    return high


def _likely_counts(n: int, share: float) -> FloatArray:
    """The numbers of discordant items within six standard deviations of the expected one."""
    expected, reach = n * share, 6 * sqrt(n * share * (1 - share)) + 6
    return np.arange(max(0, int(expected - reach)), min(n, ceil(expected + reach)) + 1, dtype=np.float64)


def _binomial(counts: FloatArray, n: int, share: float) -> FloatArray:
    ways = gammaln(n + 1) - gammaln(counts + 1) - gammaln(n - counts + 1)
    return np.asarray(np.exp(ways + xlogy(counts, share) + xlog1py(n - counts, -share)))


def _critical(discordant: FloatArray, alpha: float) -> FloatArray:
    """The most lost items at which the test still rejects; -1 where it never does."""
    guess = np.nan_to_num(np.ceil(bdtrik(alpha / 2, discordant, 0.5)), nan=0.0)
    guess = np.clip(guess, 0, discordant)
    for _ in range(2):  # bdtrik interpolates between whole numbers, and may land on either side
        guess = np.where(
            (guess >= 0) & (2 * bdtr(np.maximum(guess, 0), discordant.astype(np.int64), 0.5) > alpha), guess - 1, guess
        )
    return np.asarray(guess)
