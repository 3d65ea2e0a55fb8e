"""The verdict on a comparison, by fixed rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from promptkit.errors import UsageError
from promptkit.stats.binomial import normal_quantile
from promptkit.stats.paired import PairedDifference
from promptkit.stats.shares import as_share

POWER = 0.8
FEWEST = 10  # items; what fewer show may be anything, and so may what would follow for more
_WIDEST = 1e6  # times a distance: what an interval would have to shrink by is no plan beyond, and no float either


class VerdictKind(StrEnum):
    """The candidate is better, or worse, or differs by no more than the margin, or there is too little data to tell."""

    BETTER = "better"
    WORSE = "worse"
    EQUIVALENT = "equivalent"
    NOT_ENOUGH_DATA = "not_enough_data"


@dataclass(frozen=True)
class Verdict:
    """The verdict on a comparison.

    Attributes:
        kind: the verdict.
        largest_difference: no difference larger than this, in either direction, is left by the confidence interval.
        items_needed: items in all that would settle it, for `NOT_ENOUGH_DATA`; otherwise `None`, and where there are
            too few items to plan from.
        nearer_equivalence: whether so many items would show that they differ by no more than the margin, and not a
            difference as large as the one seen.
    """

    kind: VerdictKind
    largest_difference: float
    items_needed: int | None = None
    nearer_equivalence: bool = False


def verdict(
    comparison: PairedDifference, *, margin: float, adjusted_p: float | None = None, alpha: float = 0.05
) -> Verdict:
    """Read a comparison by these rules; the first that applies decides.

    1. The adjusted p-value is at most `alpha`: better or worse, by the sign of the difference.
    2. The confidence interval lies within `margin` on both sides of 0: no difference larger than the interval's farther
       end. This is the equivalence test of Schuirmann 1987, "A comparison of the two one-sided tests procedure and the
       power approach for assessing the equivalence of average bioavailability", each side at half of one less the
       interval's confidence. The statement is about this comparison alone, not adjusted for a family.
    3. Otherwise there is not enough data. `items_needed` is where an interval round the same difference would leave out
       0, or all beyond the margin, whichever comes first, with power 0.8; it rests on the difference seen, so it is a
       guide for planning and no promise. From fewer than 10 items nothing is planned.

    A difference can be both real and small: see `largest_difference` beside a verdict of better or worse.

    Args:
        comparison: the comparison.
        margin: differences up to this size do not matter, such as 0.02 for two percentage points.
        adjusted_p: its p-value after `holm`; `None` when it is the only comparison.
        alpha: the chance of any false "better" or "worse" in the family.

    Raises:
        UsageError: the margin, the p-value or alpha is not between 0 and 1.
    """
    as_share(margin, "margin")
    p = comparison.p if adjusted_p is None else adjusted_p
    if not 0 <= p <= 1:
        raise UsageError(f"a p-value must lie between 0 and 1, got {p}")
    farther = max(abs(comparison.low), abs(comparison.high))
    if p <= as_share(alpha, "alpha"):
        return Verdict(VerdictKind.BETTER if comparison.difference > 0 else VerdictKind.WORSE, farther)
    if farther <= margin:
        return Verdict(VerdictKind.EQUIVALENT, farther)
    seen = abs(comparison.difference)
    half = (comparison.high - comparison.low) / 2
    needed = items_to_exclude(comparison.n, half, max(seen, margin - seen), confidence=comparison.confidence)
    return Verdict(VerdictKind.NOT_ENOUGH_DATA, farther, needed, nearer_equivalence=seen < margin - seen)


def items_to_exclude(n: int, half: float, distance: float, *, confidence: float) -> int | None:
    """The items in all with which an interval leaves out a value that lies `distance` from the estimate, power 0.8.

    It rests on the estimate, so it is a guide for planning and no promise; `None` where they are the same, and where
    there are fewer than 10 items, whose estimate may be anything.

    Args:
        n: items of the interval that there is.
        half: half of its width.
        distance: how far the value lies from the estimate.
        confidence: its nominal coverage.
    """
    if distance <= 0 or n < FEWEST:
        return None
    z = normal_quantile((1 + confidence) / 2)
    growth = (min(half / distance, _WIDEST) * (z + normal_quantile(POWER)) / z) ** 2
    return max(n + 1, ceil(n * growth))
