"""Shares that others published, of which no more than the number of items is known."""

from __future__ import annotations

from math import hypot

from promptkit.errors import UsageError
from promptkit.stats.accuracy import Interval, wilson
from promptkit.stats.binomial import normal_quantile
from promptkit.stats.shares import as_share


def share_interval(share: float, items: int, *, confidence: float = 0.95) -> Interval:
    """The interval of Wilson 1927 for a share of right answers, such as an accuracy in a paper, among so many items.

    Raises:
        UsageError: the share is outside [0, 1], there are no items, or the confidence is outside (0, 1).
    """
    if not 0 <= share <= 1:
        raise UsageError(f"a share lies between 0 and 1, got {share}; divide per cent by 100")
    if items < 1:
        raise UsageError(f"items={items}: an interval needs at least one item")
    return wilson(share, items, normal_quantile((1 + as_share(confidence, "confidence")) / 2))


def unpaired_interval(baseline: float, candidate: float, items: int, *, confidence: float = 0.95) -> Interval:
    """The interval of `candidate` less `baseline`, two shares among so many items each, as if the items were others.

    Newcombe 1998, "Interval estimation for the difference between independent proportions", method 10: made of the two
    Wilson intervals. Where both were measured on the same items and it is not known on which they agree, which is how
    papers report them, this is usually too wide, since answers to one item tend to be right or wrong together; it is
    too narrow where they exclude each other. `paired_difference` is for scores of one's own.

    Raises:
        UsageError: as `share_interval`.
    """
    before = share_interval(baseline, items, confidence=confidence)
    after = share_interval(candidate, items, confidence=confidence)
    difference = candidate - baseline
    below = hypot(candidate - after.low, before.high - baseline)
    above = hypot(after.high - candidate, baseline - before.low)
    return Interval(max(-1.0, difference - below), min(1.0, difference + above))
