"""Numbers for comparing strategies on the same items. Needs the `bench` extra.

A strategy is a sequence of item scores between 0 (wrong) and 1 (right), in the same item order for every strategy;
several draws of an item are averaged first, and `clusters=` names items that are not independent. Items without an
outcome are left out by the caller, of both strategies; for best- and worst-case bounds call again with 1 and 0 in
their place.

    accuracy_interval(scores)                 how sure an accuracy is
    paired_difference(baseline, candidate)    difference, interval, p-value, items gained and lost
    holm([comparison.p, ...])                 p-values adjusted for the family, in the same order
    verdict(comparison, margin=0.02, adjusted_p=...)   better, worse, no larger difference, or not enough data
    smallest_detectable(n, discordance)       the smallest difference that n items could have shown
    items_needed(difference, discordance)     the items it takes to show a difference
    SequentialComparison(margin=0.02, family=5).after(difference)    stop as soon as it is decided
    anytime_interval(differences)             the interval to report after having stopped so, and
    anytime_p(differences)                    the p-value
    self_consistency_curve(items)             accuracy of the majority vote over 1, 2, ... draws
    variance_components(draws)                doubt that comes from the items, and from sampling

`benchmarks/statistics` measures, by simulation, what these intervals and tests promise.
"""

from promptkit.stats.accuracy import Interval, accuracy_interval
from promptkit.stats.family import holm
from promptkit.stats.majority import CurvePoint, RecordedDraws, majority_accuracy, self_consistency_curve
from promptkit.stats.paired import PairedDifference, paired_difference
from promptkit.stats.power import items_needed, mcnemar_power, smallest_detectable
from promptkit.stats.replicates import VarianceComponents, variance_components
from promptkit.stats.sequential import SequentialComparison, anytime_interval, anytime_p
from promptkit.stats.verdicts import Verdict, VerdictKind, verdict

__all__ = [
    "CurvePoint",
    "Interval",
    "PairedDifference",
    "RecordedDraws",
    "SequentialComparison",
    "VarianceComponents",
    "Verdict",
    "VerdictKind",
    "accuracy_interval",
    "anytime_interval",
    "anytime_p",
    "holm",
    "items_needed",
    "majority_accuracy",
    "mcnemar_power",
    "paired_difference",
    "self_consistency_curve",
    "smallest_detectable",
    "variance_components",
    "verdict",
]
