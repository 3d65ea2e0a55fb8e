"""How small a difference a comparison can see, and how many items it takes to see one."""

from __future__ import annotations

from math import sqrt

from promptkit.errors import UsageError
from promptkit.stats.binomial import cdf, likely, normal_quantile, pmf
from promptkit.stats.shares import as_share

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
            f"a difference of {difference} needs a discordance between {abs(difference)} and 1, got {discordance}"
        )
    if discordance == 0:
        return 0.0
    losing = (1 - abs(difference) / discordance) / 2
    most = as_share(alpha, "alpha") / 2
    counts = likely(n, discordance)
    critical = _critical(counts[0], most)
    chance, found = cdf(critical, counts[0], 0.5), cdf(critical, counts[0], losing)
    power = 0.0
    for discordant in counts:  # from one count to the next both tails lose half, or `losing`, of their last term
        while (next_chance := chance + pmf(critical + 1, discordant, 0.5)) <= most:
            critical, chance = critical + 1, next_chance
            found += pmf(critical, discordant, losing)
        power += pmf(discordant, n, discordance) * found
        chance -= 0.5 * pmf(critical, discordant, 0.5)
        found -= losing * pmf(critical, discordant, losing)
    return power


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
        raise UsageError(f"a difference of {difference} cannot be found; give one between 0 and 1")
    as_share(power, "power")
    discordance = max(discordance, abs(difference))
    few, enough = 0, 8
    while mcnemar_power(enough, difference, discordance, alpha=alpha) < power:
        few, enough = enough, 2 * enough
        if enough > MOST_ITEMS:
            raise UsageError(
                f"a difference of {difference} takes more than {MOST_ITEMS:,} items; look for a larger one"
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


def _critical(discordant: int, most: float) -> int:
    """The most lost items at which the test still rejects, as its chance is at most `most`; -1 where it never does."""
    guess = int(discordant / 2 + normal_quantile(most) * sqrt(discordant) / 2) + 2
    while guess >= 0 and cdf(guess, discordant, 0.5) > most:
        guess -= 1
    return max(-1, guess)
