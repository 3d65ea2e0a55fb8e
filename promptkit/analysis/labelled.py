"""How far automatic scores agree with people's labels, and what the strategies are worth by these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from promptkit.analysis.preferences import Share
from promptkit.outcomes import Attempt, Group
from promptkit.record.labels import Place
from promptkit.stats import Corrected, accuracy_interval, corrected_accuracy, corrected_difference, paired_difference

Values = Sequence[float]
Both = tuple[Values, Values]  # of the baseline and of the strategy, item by item
FEWEST = 10  # labels, for a correction
_RIGHT = 0.5  # a score from here on is a right reply, where right and wrong are counted


@dataclass(frozen=True)
class Agreement:
    """A judge, or whatever scored the replies, beside people.

    Attributes:
        agree: among labelled replies, those that both call right or both call wrong (a score of ½ or more is right).
        accepts_right: among replies that people call right, those that the judge does; `rejects_wrong`: among those
            that people call wrong.
    """

    agree: Share
    accepts_right: Share
    rejects_wrong: Share

    def warning(self) -> str:
        """What speaks against the judge; empty where it is shown to be better than chance."""
        lows = (self.accepts_right.low, self.rejects_wrong.low)
        if None in lows:
            missing = "right" if self.accepts_right.low is None else "wrong"
            return f"no reply was labelled {missing}, so it is not known whether scores tell right from wrong"
        if sum(low for low in lows if low is not None) <= 1:
            return (
                "the scores are not shown to tell right from wrong better than chance; label more, or use another judge"
            )
        return ""


@dataclass(frozen=True)
class LabelledStrategy:
    """One strategy by people's labels.

    Attributes:
        accuracy: its accuracy, corrected; `None` with fewer than 10 labels. Where everything is labelled, that of the
            labels.
        difference: its accuracy less the baseline's, on items where both are labelled, corrected in the same way.
    """

    group: Group
    labels: int
    accuracy: Corrected | None
    difference: Corrected | None


@dataclass(frozen=True)
class Labelled:
    """The strategies of a run by people's labels, with how far the scores agree with these."""

    baseline: str
    agreement: Agreement
    strategies: tuple[LabelledStrategy, ...]


def labelled(attempts: Iterable[Attempt], labels: Mapping[Place, float], baseline: str | None = None) -> Labelled:
    """The strategies by the labels of some replies, which must have been drawn at random among the items.

    Further draws of an item are left out: people label the first. Attempts without a score are left out, too.
    """
    scores: dict[Group, dict[str, float]] = {}
    both: list[tuple[float, float]] = []
    truths: dict[Group, dict[str, float]] = {}
    for attempt in attempts:
        if attempt.score is None or attempt.replicate:
            continue
        scores.setdefault(attempt.group, {})[attempt.item] = attempt.score
        if (label := labels.get(Place.of(attempt))) is not None:
            both.append((attempt.score, label))
            truths.setdefault(attempt.group, {})[attempt.item] = label
    reference = baseline or next((group.strategy for group in scores), "")
    return Labelled(
        reference,
        _agreement(both),
        tuple(_strategy(group, scores, truths, group._replace(strategy=reference)) for group in scores),
    )


def _agreement(both: list[tuple[float, float]]) -> Agreement:
    called = [(score >= _RIGHT, label >= _RIGHT) for score, label in both]
    return Agreement(
        Share.of(float(score == label) for score, label in called),
        Share.of(float(score) for score, label in called if label),
        Share.of(float(not score) for score, label in called if not label),
    )


def _strategy(
    group: Group, scores: Mapping[Group, dict[str, float]], truths: Mapping[Group, dict[str, float]], beside: Group
) -> LabelledStrategy:
    own, truth = scores[group], truths.get(group, {})
    alone = [item for item in own if item not in truth]
    accuracy = difference = None
    if len(truth) >= FEWEST:
        accuracy = _accuracy([own[i] for i in alone], [own[i] for i in truth], list(truth.values()))
    theirs, their_truth = scores.get(beside, {}), truths.get(beside, {})
    shared = [item for item in truth if item in their_truth]
    rest = [item for item in alone if item in theirs and item not in their_truth]
    if group != beside and len(shared) >= FEWEST:
        difference = _difference(
            ([theirs[i] for i in rest], [own[i] for i in rest]),
            ([theirs[i] for i in shared], [own[i] for i in shared]),
            ([their_truth[i] for i in shared], [truth[i] for i in shared]),
        )
    return LabelledStrategy(group, len(truth), accuracy, difference)


def _accuracy(alone: Values, beside: Values, labels: Values) -> Corrected:
    if alone:
        return corrected_accuracy(alone, beside, labels)
    found = accuracy_interval(labels)
    return Corrected(fmean(labels), found.low, found.high, len(labels), 0, fmean(beside))


def _difference(alone: Both, beside: Both, labels: Both) -> Corrected:
    """Of the second less the first."""
    if alone[0]:
        return corrected_difference(alone, beside, labels)
    found = paired_difference(*labels)
    scored = fmean(beside[1]) - fmean(beside[0])
    return Corrected(found.difference, found.low, found.high, found.n, 0, scored)
