"""Two strategies on the same items: the difference of their accuracies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptkit.errors import UsageError
from promptkit.stats.mcnemar import mcnemar_p, tango_interval
from promptkit.stats.shares import as_share, right_or_wrong

if TYPE_CHECKING:
    from promptkit.stats.clusters import Clusters, Grouped
    from promptkit.stats.scores import Scores


@dataclass(frozen=True)
class PairedDifference:
    """How a candidate differs from a baseline on the same items.

    Attributes:
        n: items compared.
        difference: the candidate's mean score less the baseline's.
        low: lower end of the confidence interval of the difference.
        high: upper end of it.
        p: two-sided p-value of "there is no difference", not adjusted for other comparisons.
        gained: items on which the candidate scores higher.
        lost: items on which the baseline scores higher.
        discordance: the mean squared difference of an item; for right-or-wrong scores the share of items on which the
            strategies disagree. `items_needed` and `smallest_detectable` take it.
        design_effect: the variance of the difference over what it were with independent items; 1 without clusters.
        confidence: nominal coverage of the interval.
    """

    n: int
    difference: float
    low: float
    high: float
    p: float
    gained: int
    lost: int
    discordance: float
    design_effect: float
    confidence: float


def paired_difference(
    baseline: Scores,
    candidate: Scores,
    *,
    clusters: Clusters | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> PairedDifference:
    """Compare two strategies on the same items.

    Right-or-wrong scores without clusters: Tango's score interval and the exact McNemar test. Averaged or clustered
    scores: the interval of `AdjustedT`, and the larger p-value of it and the sign-flip test, both by cluster. The
    sign-flip test alone finds too much where one strategy is all or nothing on an item and the other in between, as
    when only one of them samples.

    A p-value of at most one less the confidence goes with an interval that leaves out 0. The reverse does not always
    hold, for the tests are the stricter; they decide.

    Args:
        baseline: the baseline's score on every item, between 0 and 1; average several draws of an item first.
        candidate: the candidate's scores on the same items in the same order. Leave out items that either lacks.
        clusters: one id per item; items that share an id are not independent.
        confidence: nominal coverage of the interval.
        seed: for the random sign flips, where the test is not exact.

    Raises:
        UsageError: no items, not the same number of them, or a score or the confidence outside [0, 1].
    """
    if len(candidate) != len(baseline):
        raise UsageError(f"candidate has {len(candidate)} scores and baseline {len(baseline)}; compare the same items")
    as_share(confidence, "confidence")
    if clusters is None and right_or_wrong(candidate) and right_or_wrong(baseline):
        gained = sum(our > their for our, their in zip(candidate, baseline, strict=True))
        lost = sum(our < their for our, their in zip(candidate, baseline, strict=True))
        return _of_counts(gained, lost, len(candidate), confidence)
    return _of_any(baseline, candidate, clusters, confidence, seed)


def _of_counts(gained: int, lost: int, n: int, confidence: float) -> PairedDifference:
    interval = tango_interval(gained, lost, n, confidence)
    return PairedDifference(
        n=n,
        difference=(gained - lost) / n,
        low=interval.low,
        high=interval.high,
        p=mcnemar_p(gained, lost),
        gained=gained,
        lost=lost,
        discordance=(gained + lost) / n,
        design_effect=1.0,
        confidence=confidence,
    )


def _of_any(
    baseline: Scores, candidate: Scores, clusters: Clusters | None, confidence: float, seed: int
) -> PairedDifference:
    import numpy as np  # which plain scores do without

    from promptkit.stats.clusters import Grouped
    from promptkit.stats.scores import ROUNDING, are_binary, as_scores
    from promptkit.stats.signflip import sign_flip_p
    from promptkit.stats.tinterval import AdjustedT

    ours, theirs = as_scores(candidate, "candidate"), as_scores(baseline, "baseline")
    differences = ours - theirs
    units = Grouped.of(differences, clusters)
    gained = int(np.count_nonzero(differences > ROUNDING))
    lost = int(np.count_nonzero(differences < -ROUNDING))
    if are_binary(ours) and are_binary(theirs) and not units.clustered:
        return _of_counts(gained, lost, ours.size, confidence)
    t = AdjustedT.of(units)
    interval, p = t.interval(confidence), max(t.p, sign_flip_p(units.sums, seed=seed))
    return PairedDifference(
        n=ours.size,
        difference=units.mean,
        low=interval.low,
        high=interval.high,
        p=p,
        gained=gained,
        lost=lost,
        discordance=float(np.mean(np.square(differences))),
        design_effect=_design_effect(Grouped.of(differences, None), units),
        confidence=confidence,
    )


def _design_effect(items: Grouped, units: Grouped) -> float:
    """Kish 1965, "Survey Sampling"; 1 where there is nothing to estimate it from."""
    known = units.clustered and units.sizes.size > 1 and items.variance > 0
    return units.variance / items.variance if known else 1.0
