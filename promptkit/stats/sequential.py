"""Comparing while the data come in, and stopping as soon as the answer is clear."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import Self

import numpy as np
import numpy.typing as npt

from promptkit.errors import UsageError
from promptkit.stats.accuracy import Interval
from promptkit.stats.scores import FloatArray
from promptkit.stats.shares import as_share
from promptkit.stats.verdicts import VerdictKind

# Shares of the wealth that one bet may stake, from timid to bold; each gambler keeps to one.
STAKES: FloatArray = np.geomspace(0.05, 0.9, 16)


@dataclass(frozen=True)
class SequentialComparison:
    """A comparison fed one item at a time, that may be looked at after every item.

    Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting", their diversified Kelly
    bettor: sixteen gamblers bet, each with a fixed stake, that the mean difference lies above (or below) a bound.
    While it does not, their mean wealth reaches w with a chance of at most 1 / w, at whatever time one looks: Ville
    1939, "Étude critique de la notion de collectif". Four bets run: above 0, below 0, above minus the margin, and
    below the margin.

    Each of a family of comparisons decides at wealth 2 * family / alpha, so the chance of any false decision in the
    whole family, ever, is at most alpha: Bonferroni over comparisons and the two sides. Holm's step-down would not
    do: a comparison decided rightly could still have been decided wrongly, so it frees no alpha.

    Feed items in random order: if easy items come first, an early decision is about those and not about the benchmark.
    Feed the mean difference of a cluster as one item. After stopping here the interval of `paired_difference` is too
    narrow: report `anytime_interval` of the differences fed, at confidence 1 - alpha / family.

    Attributes:
        margin: differences up to this size do not matter; to show that there is no larger one is a decision too.
        family: comparisons that may be decided in this run.
        alpha: the chance of any false decision in the family.
        seen: items fed so far.
        decision: the first decision reached, which stays; `NOT_ENOUGH_DATA` until then.
    """

    margin: float
    family: int = 1
    alpha: float = 0.05
    seen: int = 0
    decision: VerdictKind = VerdictKind.NOT_ENOUGH_DATA
    _gains: FloatArray = field(default_factory=lambda: np.zeros((4, STAKES.size)), repr=False, compare=False)
    _peaks: FloatArray = field(default_factory=lambda: np.zeros(4), repr=False, compare=False)

    def __post_init__(self) -> None:
        as_share(self.margin, "margin")
        as_share(self.alpha, "alpha")
        if self.family < 1:
            raise UsageError(f"a family has at least one comparison, got {self.family}")

    @property
    def decided(self) -> bool:
        """Whether no more items are needed."""
        return self.decision is not VerdictKind.NOT_ENOUGH_DATA

    def after(self, difference: float) -> Self:
        """The comparison after one more item.

        Args:
            difference: the candidate's score on it less the baseline's, between -1 and 1.

        Raises:
            UsageError: it is not between -1 and 1.
        """
        if not -1 <= difference <= 1:
            raise UsageError(f"a difference of two scores lies between -1 and 1, got {difference}")
        if self.decided:
            return self
        signs, bounds = signed_bounds(self.margin)
        gains = self._gains + log_payoffs(difference * signs, bounds)
        peaks = np.maximum(self._peaks, log_wealth(gains))
        decision = decide(peaks >= log(2 * self.family / self.alpha))
        return replace(self, seen=self.seen + 1, decision=decision, _gains=gains, _peaks=peaks)


def anytime_p(differences: Sequence[float]) -> float:
    """A two-sided p-value of "there is no difference" that holds at whatever item one stopped.

    At most alpha with a chance of at most alpha, over all times at once: the inverse of the highest wealth that the
    bets above 0 and below 0 of `SequentialComparison` have reached, for two sides (Ville 1939).

    Args:
        differences: the differences fed, each between -1 and 1, in the order fed.

    Raises:
        UsageError: a difference is out of range.
    """
    values = np.asarray(differences, dtype=np.float64)
    if not np.all(np.abs(values) <= 1):
        raise UsageError("differences of two scores lie between -1 and 1")
    sides = np.stack([values, -values], axis=-1)
    wealth = log_wealth(log_payoffs(sides, np.zeros(2)).cumsum(axis=0))
    return float(min(1.0, 2 * np.exp(-max(0.0, float(wealth.max(initial=0.0))))))


def anytime_interval(differences: Sequence[float], *, confidence: float = 0.95) -> Interval:
    """The confidence interval of a mean difference that holds at whatever item one stopped.

    The confidence sequence of the bets in `SequentialComparison`: the means that neither side's wealth rules out.
    Wider than `paired_difference`, which holds only for a number of items fixed beforehand.

    Args:
        differences: the differences fed, each between -1 and 1, in the order fed.
        confidence: nominal coverage over all times at once.

    Raises:
        UsageError: a difference or the confidence is out of range.
    """
    values = np.asarray(differences, dtype=np.float64)
    if not np.all(np.abs(values) <= 1):
        raise UsageError("differences of two scores lie between -1 and 1")
    limit = log(2 / (1 - as_share(confidence, "confidence")))
    return Interval(_lowest(values, limit), -_lowest(-values, limit))


def signed_bounds(margin: float) -> tuple[FloatArray, FloatArray]:
    """The four bets: that the difference, times this sign, has a mean above this bound."""
    return np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.0, 0.0, -margin, -margin])


def log_payoffs(values: FloatArray, bounds: FloatArray) -> FloatArray:
    """What each gambler wins, betting that the mean of the values is above the bound; fair when it is the bound."""
    return np.asarray(np.log1p(((values - bounds) / (1 + bounds))[..., None] * STAKES))


def log_wealth(gains: FloatArray) -> FloatArray:
    """The mean wealth of the gamblers from the sums of their payoffs; both are logarithms."""
    return np.asarray(np.logaddexp.reduce(gains, axis=-1)) - log(STAKES.size)


def decide(reached: npt.NDArray[np.bool_]) -> VerdictKind:
    """The decision when these of the four bets have ever reached the limit."""
    above, below, not_much_below, not_much_above = reached.tolist()
    if above:
        return VerdictKind.BETTER
    if below:
        return VerdictKind.WORSE
    if not_much_below and not_much_above:
        return VerdictKind.EQUIVALENT
    return VerdictKind.NOT_ENOUGH_DATA


def _lowest(values: FloatArray, limit: float) -> float:
    """The highest bound that betting on the mean being above it rules out, by bisection; -1 when none is."""
    low, high = -1.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        gains = log_payoffs(values, np.array(middle)).sum(axis=0)
        low, high = (middle, high) if log_wealth(gains) >= limit else (low, middle)
    return low
