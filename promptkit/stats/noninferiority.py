"""Non-inferiority: whether a candidate is worse than the baseline by less than a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from promptkit.stats.paired import paired_difference
from promptkit.stats.shares import as_share

if TYPE_CHECKING:
    from promptkit.stats.clusters import Clusters
    from promptkit.stats.scores import Scores

_HALVINGS = 30


def non_inferiority_p(baseline: Scores, candidate: Scores, *, margin: float, clusters: Clusters | None = None) -> float:
    """The one-sided p-value of "the candidate is worse than the baseline by `margin` or more".

    It is read off the confidence interval of `paired_difference`: half of one less the largest confidence at which the
    interval still lies above the margin. So at most `alpha` goes with an interval of confidence 1 - 2 `alpha` that does
    (Tango 1998, "Equivalence test and confidence interval for the difference in proportions for the paired-sample
    design", for right or wrong).

    Args:
        baseline: the baseline's score on every item, between 0 and 1.
        candidate: the candidate's scores on the same items in the same order.
        margin: being worse by less than this does not matter, such as 0.02 for two percentage points.
        clusters: one id per item; items that share an id are not independent.

    Raises:
        UsageError: as `paired_difference` does, and when the margin is not between 0 and 1.
    """
    as_share(margin, "margin")

    def is_above(confidence: float) -> bool:
        return paired_difference(baseline, candidate, clusters=clusters, confidence=confidence).low > -margin

    excluded, included = 0.0, 1.0  # confidences at which the interval is known to lie above, and not to
    if not is_above(2**-_HALVINGS):
        return 1.0
    for _ in range(_HALVINGS):
        middle = (excluded + included) / 2
        if is_above(middle):
            excluded = middle
        else:
            included = middle
    return (1 - excluded) / 2
