"""Scores that a judge gave to all items, corrected by the labels that people gave to some of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from promptkit.errors import UsageError

if TYPE_CHECKING:
    from promptkit.stats.accuracy import Interval
    from promptkit.stats.paired import PairedDifference
    from promptkit.stats.scores import FloatArray, Scores


@dataclass(frozen=True)
class Corrected:
    """An accuracy or difference as people would have judged it.

    Attributes:
        estimate: the judge's mean over the items that nobody labelled, and what people's labels differ from it on the
            others.
        low: lower end of the confidence interval; `high`: upper end.
        labelled: items with a label; `judged`: those that the judge alone has scored.
        judge_alone: the judge's mean over all items, uncorrected.
    """

    estimate: float
    low: float
    high: float
    labelled: int
    judged: int
    judge_alone: float


def corrected_accuracy(judged: Scores, labelled: Scores, labels: Scores, *, confidence: float = 0.95) -> Corrected:
    """The mean score that people would give, from a judge's scores of all items and people's labels of some.

    Angelopoulos et al. 2023, "Prediction-powered inference", Science 382: the judge's mean over the unlabelled items,
    corrected by the mean of label less judge's score over the labelled ones, which must have been drawn at random. We
    differ in the interval: in place of the normal approximation, which is too narrow when a few dozen labels all agree
    with the judge, the intervals of both means (`accuracy_interval`, `AdjustedT`) are put together by the method of
    variance estimates recovery (Zou & Donner 2008, "Construction of confidence limits about effect measures: a general
    approach"). `benchmarks/statistics` measures its coverage.

    Args:
        judged: the judge's scores, between 0 and 1, of the items without a label.
        labelled: the judge's scores of the items with one.
        labels: people's scores of those, in the same order.
        confidence: nominal coverage of the interval.

    Raises:
        UsageError: no label or nothing without one, not as many labels as scores, or a score outside [0, 1].
    """
    from promptkit.stats.accuracy import accuracy_interval
    from promptkit.stats.scores import as_scores

    alone, beside, truth = _scores(judged, labelled, labels)
    around = accuracy_interval(alone, confidence=confidence)
    found = _combined(alone, around, truth - beside, 1.0, confidence)
    whole = float(as_scores([*alone, *beside]).mean())
    low, high = max(0.0, found.low), min(1.0, found.high)
    estimate = min(1.0, max(0.0, _mean(alone) + _mean(truth - beside)))
    return Corrected(estimate, low, high, beside.size, alone.size, whole)


def corrected_difference(
    judged: tuple[Scores, Scores],
    labelled: tuple[Scores, Scores],
    labels: tuple[Scores, Scores],
    *,
    confidence: float = 0.95,
) -> Corrected:
    """The difference of the mean scores that people would give to two strategies, the second less the first.

    As `corrected_accuracy`, on the differences of both strategies on an item: a person labelled both replies of it.

    Args:
        judged: the judge's scores of the first and the second strategy, of the items without labels.
        labelled: those of the items with labels.
        labels: people's scores of those.
        confidence: nominal coverage of the interval.

    Raises:
        UsageError: as `corrected_accuracy` does.
    """
    from promptkit.stats.paired import paired_difference

    first = _scores(judged[0], labelled[0], labels[0])
    second = _scores(judged[1], labelled[1], labels[1])
    if first[0].size != second[0].size or first[1].size != second[1].size:
        raise UsageError("the strategies have not the same items; compare the same items")
    alone, beside, truth = (ours - theirs for ours, theirs in zip(second, first, strict=True))
    around = paired_difference(first[0], second[0], confidence=confidence)
    found = _combined(alone, around, truth - beside, 2.0, confidence)
    whole = float((alone.sum() + beside.sum()) / (alone.size + beside.size))
    low, high = max(-1.0, found.low), min(1.0, found.high)
    estimate = min(1.0, max(-1.0, _mean(alone) + _mean(truth - beside)))
    return Corrected(estimate, low, high, beside.size, alone.size, whole)


def _scores(judged: Scores, labelled: Scores, labels: Scores) -> tuple[FloatArray, FloatArray, FloatArray]:
    from promptkit.stats.scores import as_scores

    alone, beside, truth = as_scores(judged, "judged"), as_scores(labelled, "labelled"), as_scores(labels, "labels")
    if beside.size != truth.size:
        raise UsageError(f"{truth.size} labels for {beside.size} of the judge's scores; give the scores of those items")
    return alone, beside, truth


def _mean(values: FloatArray) -> float:
    return float(values.mean())


def _combined(
    alone: FloatArray, around: Interval | PairedDifference, correction: FloatArray, largest: float, confidence: float
) -> Interval:
    """The interval of the sum of two independent means; no correction is larger than `largest`."""
    from promptkit.stats.accuracy import Interval
    from promptkit.stats.clusters import Grouped
    from promptkit.stats.tinterval import AdjustedT

    scaled = AdjustedT.of(Grouped.of(correction / largest, None)).interval(confidence)
    base, shift = _mean(alone), _mean(correction)
    below = sqrt((base - around.low) ** 2 + (shift - largest * scaled.low) ** 2)
    above = sqrt((around.high - base) ** 2 + (largest * scaled.high - shift) ** 2)
    return Interval(base + shift - below, base + shift + above)
