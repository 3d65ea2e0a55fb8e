"""How sure an accuracy is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from promptkit.stats.binomial import normal_quantile
from promptkit.stats.shares import as_share, right_or_wrong

if TYPE_CHECKING:
    from promptkit.stats.clusters import Clusters, Grouped
    from promptkit.stats.scores import Scores

# Squared deviation of two imaginary units, one all right and one all wrong, from the middle: 1/4 + 1/4.
PRIOR_DEVIATION = 0.5


@dataclass(frozen=True)
class Interval:
    """A confidence interval, both ends included."""

    low: float
    high: float


def accuracy_interval(scores: Scores, *, clusters: Clusters | None = None, confidence: float = 0.95) -> Interval:
    """The confidence interval of a mean item score.

    Right-or-wrong scores without clusters: the score interval of Wilson 1927, "Probable inference, the law of
    succession, and statistical inference". Its coverage is nominal on average over accuracies, not at each one.

    Averaged or clustered scores: Wilson's interval at the effective number of items, the number of independent
    right-or-wrong items that would leave the same variance, with Student's t on the effective number of units (Kish
    1965) less one; after Korn & Graubard 1998, "Confidence intervals for proportions with small expected number of
    positive counts estimated from survey data". We differ in one point: the variance ratio is estimated as if two more
    units had been seen, one all right and one all wrong, because near 0 and 1 the plain estimate is too small just when
    the accuracy is far off. `benchmarks/statistics` measures both.

    Args:
        scores: one score between 0 and 1 per item; average several draws of an item first.
        clusters: one id per item; items that share an id (one passage, one template) are not independent.
        confidence: the nominal coverage.

    Raises:
        UsageError: no scores, a score or the confidence outside [0, 1], or not one cluster id per item.
    """
    z = normal_quantile((1 + as_share(confidence, "confidence")) / 2)
    if clusters is None and right_or_wrong(scores):
        return wilson(sum(scores) / len(scores), len(scores), z)
    from promptkit.stats.clusters import Grouped  # numpy, which plain scores do without
    from promptkit.stats.scores import are_binary, as_scores

    values = as_scores(scores)
    units = Grouped.of(values, clusters)
    if are_binary(values) and not units.clustered:
        return wilson(units.mean, units.items, z)
    return effective_interval(units, confidence)


def effective_interval(units: Grouped, confidence: float) -> Interval:
    """Wilson's interval at the effective number of items: `accuracy_interval` for averaged or clustered scores."""
    if units.sizes.size == 1:
        return Interval(0.0, 1.0)
    from scipy.special import stdtrit

    quantile = float(stdtrit(units.effective - 1, (1 + confidence) / 2))
    return wilson(units.mean, units.effective / _variance_ratio(units), quantile)


def _variance_ratio(units: Grouped) -> float:
    """The variance of the mean, over what it were if every unit were all right or all wrong."""
    binary = units.mean * (1 - units.mean)
    freedom = units.effective - 1
    return (freedom * units.effective * units.variance + PRIOR_DEVIATION) / (freedom * binary + PRIOR_DEVIATION)


def wilson(mean: float, n: float, z: float) -> Interval:
    """Wilson's score interval of a mean of right-or-wrong scores; `z` is the normal quantile of its confidence."""
    centre = (mean + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(mean * (1 - mean) / n + (z / (2 * n)) ** 2)
    # at 0 and 1 an end equals the mean exactly; rounding must not push it past
    return Interval(max(0.0, min(mean, centre - half)), min(1.0, max(mean, centre + half)))
