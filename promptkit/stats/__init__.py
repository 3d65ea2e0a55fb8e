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
    items_to_exclude(n, half, distance)       the items it takes until an interval leaves out a value
    SequentialComparison(margin=0.02, family=5).after(difference)    stop as soon as it is decided
    anytime_interval(differences)             the interval to report after having stopped so, and
    anytime_p(differences)                    the p-value
    non_inferiority_p(baseline, candidate, margin=0.02)   that it is worse by the margin or more
    corrected_accuracy(judged, labelled, labels)      a judge's scores corrected by labels; corrected_difference
    self_consistency_curve(items)             accuracy of the majority vote over 1, 2, ... draws
    share_interval(share, items)              a published accuracy, and unpaired_interval of two of them
    variance_components(draws)                doubt that comes from the items, and from sampling

`benchmarks/statistics` measures, by simulation, what these intervals and tests promise.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
