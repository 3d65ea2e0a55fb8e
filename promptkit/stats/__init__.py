"""Numbers for comparing strategies on the same items. Needs the `bench` extra.

    accuracy_interval(scores)                 -> Interval(low, high)
    paired_difference(baseline, candidate)    -> PairedDifference(n, difference, low, high, p, gained, lost, ...)
    holm([comparison.p, ...])                 -> adjusted p-values, in the same order

A strategy is a sequence of item scores between 0 (wrong) and 1 (right), in the same item order for every strategy;
several draws of an item are averaged first, and `clusters=` names items that are not independent. Items without an
outcome are left out by the caller, of both strategies; for best- and worst-case bounds call again with 1 and 0 in
their place.

`benchmarks/statistics` measures, by simulation, what these intervals and tests promise.
"""

from promptkit.stats.accuracy import Interval, accuracy_interval
from promptkit.stats.holm import holm
from promptkit.stats.paired import PairedDifference, paired_difference

__all__ = ["Interval", "PairedDifference", "accuracy_interval", "holm", "paired_difference"]
