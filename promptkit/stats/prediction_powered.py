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
        estimate: the judge's mean over all items, corrected by what people's labels differ from it where there are any;
            where all items have a label, the mean of these.
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

    Angelopoulos et al. 2023, "Prediction-powered inference", Science 382: the judge's mean, corrected by the mean of
    label less judge's score over the labelled items, which must have been drawn at random. We differ in two points. The
    judge's mean is over all items, the labelled ones too, which are a large part of a few hundred. And in place of the
    normal approximation, which is too narrow when a few dozen labels all agree with the judge, the intervals of both
    independent parts (`accuracy_interval`, `AdjustedT`) are put together by the method of variance estimates recovery
    (Zou & Donner 2008, "Construction of confidence limits about effect measures: a general approach").
    `benchmarks/statistics` measures its coverage.

    Args:
        judged: the judge's scores, between 0 and 1, of the items without a label.
        labelled: the judge's scores of the items with one.
        labels: people's scores of those, in the same order.
        confidence: nominal coverage of the interval.

    Raises:
        UsageError: no label or nothing without one, not as many labels as scores, or a score outside [0, 1].
    """
    from promptkit.stats.accuracy import accuracy_interval

    alone, beside, truth = _scores(judged, labelled, labels)
    around = accuracy_interval(alone, confidence=confidence)
    return _combined(alone, around, beside, truth, (0.0, 1.0), confidence)


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
    return _combined(alone, around, beside, truth, (-1.0, 1.0), confidence)


def _scores(judged: Scores, labelled: Scores, labels: Scores) -> tuple[FloatArray, FloatArray, FloatArray]:
    from promptkit.stats.scores import as_scores

    alone, beside, truth = as_scores(judged, "judged"), as_scores(labelled, "labelled"), as_scores(labels, "labels")
    if beside.size != truth.size:
        raise UsageError(f"{truth.size} labels for {beside.size} of the judge's scores; give the scores of those items")
    return alone, beside, truth


def _mean(values: FloatArray) -> float:
    return float(values.mean())


def _combined(
    alone: FloatArray,
    around: Interval | PairedDifference,
    beside: FloatArray,
    truth: FloatArray,
    bounds: tuple[float, float],
    confidence: float,
) -> Corrected:
    """The judge's mean over all items and the mean correction, as a sum of two independent parts and their intervals.

    One part is of the items without a label, by their share of all; the other of those with one, whose labels take the
    place of as much of their scores as the first part does not stand for.
    """
    from promptkit.stats.clusters import Grouped
    from promptkit.stats.tinterval import AdjustedT

    share = alone.size / (alone.size + beside.size)
    labelled = truth - share * beside
    base, correction = _mean(alone), _mean(labelled)
    largest = bounds[1] - bounds[0]
    deviations = Grouped.of((labelled - correction) / largest, None)
    half = largest * AdjustedT.of(deviations).interval(confidence).high
    estimate = share * base + correction
    below = sqrt((share * (base - around.low)) ** 2 + half**2)
    above = sqrt((share * (around.high - base)) ** 2 + half**2)
    low, high = (min(bounds[1], max(bounds[0], end)) for end in (estimate - below, estimate + above))
    whole = share * base + (1 - share) * _mean(beside)
    return Corrected(min(bounds[1], max(bounds[0], estimate)), low, high, beside.size, alone.size, whole)
