"""What is kept of the attempts of one strategy on one task: counts and sums, and five small numbers an item."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress
from operator import add, attrgetter, mul, or_, truediv
from typing import TypeVar, cast

from promptkit.outcomes import BESIDE, UNJUDGED, Attempt, Outcome
from promptkit.types import Usage

T = TypeVar("T", int, float)
_USAGE = tuple(Usage.model_fields)
_counted = attrgetter(*_USAGE)
UNREADABLE: frozenset[Outcome] = frozenset({"unparsed", "truncated"})  # a reply was there, but no answer could be read


def _counts(counts: Iterable[int] = ()) -> array[int]:
    return array("I", counts)  # four bytes an item, where a list would keep an object


def _sums(ours: Iterable[int], theirs: Iterable[int]) -> array[int]:
    return _counts(map(add, ours, theirs))


def _whole_sums() -> array[float]:
    """Sums as small as counts, as long as they are whole numbers."""
    return cast("array[float]", _counts())


def _added(ours: Sequence[float], theirs: Iterable[int]) -> array[float]:
    return array("d", map(add, ours, theirs))


def _add_usage(total: list[int], usage: Usage) -> None:
    """In place: a new `Usage` for every attempt is what counting would take longest over."""
    for place, count in enumerate(_counted(usage)):
        total[place] += count


def _nothing_used() -> list[int]:
    return [0] * len(_USAGE)


def _of(counts: array[T], numbers: Iterable[int]) -> Iterator[T]:
    return map(counts.__getitem__, numbers)


@dataclass
class Tally:
    """The attempts of one strategy, on one task, by one model. Draws of an item are averaged within it.

    Attributes:
        numbers: the items by name, numbered in the order they first appear; the strategies on a task share it.
        clusters: the same of the clusters, from 1.
        seconds: of the judged attempts, in all.
        beside: how many were not right although the target stands in their reply.
        fallbacks: how many attempts had each (`promptkit.outcomes.Attempt.fallbacks`).
        not_graded: why the first ungraded reply was not graded.
    """

    numbers: dict[str, int] = field(default_factory=dict)
    clusters: dict[str, int] = field(default_factory=dict)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    seconds: float = 0.0
    beside: int = 0
    fallbacks: Counter[str] = field(default_factory=Counter)
    not_graded: str = ""
    _usage: list[int] = field(default_factory=_nothing_used)
    _paid: list[int] = field(default_factory=_nothing_used)
    _right: array[float] = field(default_factory=_whole_sums)  # of the scores
    _parts: dict[int, array[float]] = field(default_factory=dict)  # of an item the scores that are neither 0 nor 1
    _judged: array[int] = field(default_factory=_counts)
    _unreadable: array[int] = field(default_factory=_counts)
    _unjudged: array[int] = field(default_factory=_counts)
    _cluster: array[int] = field(default_factory=_counts)  # its number; 0 for an item without one

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        self.outcomes[attempt.outcome] += 1
        self.beside += attempt.rule.endswith(BESIDE)
        if attempt.fallbacks:
            self.fallbacks.update(attempt.fallbacks)
        if attempt.usage.calls:  # recorded outputs have none, and there are many of them
            _add_usage(self._usage, attempt.usage)
            _add_usage(self._paid, attempt.paid)
        number = self.numbers.setdefault(attempt.item, len(self.numbers))
        if number >= len(self._judged):
            self._reach(number)
        if attempt.outcome == "ungraded":
            self.not_graded = self.not_graded or attempt.error
        if attempt.outcome in UNJUDGED:
            self._unjudged[number] += 1
        else:
            self.seconds += attempt.seconds
            self._judged[number] += 1
            self._add_score(number, attempt.score or 0.0)
            self._unreadable[number] += attempt.outcome in UNREADABLE
        if attempt.cluster:
            self._cluster[number] = self.clusters.setdefault(attempt.cluster, len(self.clusters) + 1)

    @property
    def usage(self) -> Usage:
        """What they used, as if the strategy had run alone."""
        return Usage(**dict(zip(_USAGE, self._usage, strict=True)))

    @property
    def paid(self) -> Usage:
        """The part of it that the run paid for."""
        return Usage(**dict(zip(_USAGE, self._paid, strict=True)))

    @property
    def attempts(self) -> int:
        """How many were counted."""
        return self.outcomes.total()

    @property
    def judged_attempts(self) -> int:
        """How many of them have a score."""
        return self.attempts - sum(self.outcomes[outcome] for outcome in UNJUDGED)

    @property
    def mean_seconds(self) -> float | None:
        """What a judged attempt took; `None` when none was judged."""
        return self.seconds / self.judged_attempts if self.judged_attempts else None

    @property
    def items(self) -> int:
        """How many items were tried, those without a judged attempt included."""
        return sum(map(bool, map(or_, self._judged, self._unjudged)))

    def judged(self) -> list[str]:
        """The items that have a score."""
        return list(compress(self.numbers, self._judged))

    def shared(self, other: Tally) -> list[str]:
        """The items that have a score here and there."""
        same = self.numbers is other.numbers
        there = other._judged if same else map(other._draws, map(other.numbers.get, self.numbers))
        return list(compress(self.numbers, map(mul, self._judged, there)))

    def means(self, items: Iterable[str]) -> array[float]:
        """The mean score of each of these items."""
        numbers = self._numbers(items)
        return array("d", map(truediv, _of(self._right, numbers), _of(self._judged, numbers)))

    def had_failures_been(self, *, right: bool) -> Tally:
        """The same attempts, had all that could not be judged (error, ungraded, missing) been right, or wrong."""
        none = _counts([0]) * len(self._judged)
        return replace(
            self,
            _right=_added(self._right, self._unjudged if right else none),
            _judged=_sums(self._judged, self._unjudged),
            _unjudged=none,
        )

    def means_if_unreadable_correct(self, items: Iterable[str]) -> array[float]:
        """The same, had every reply without a readable answer been right."""
        numbers = self._numbers(items)
        right = map(add, _of(self._right, numbers), _of(self._unreadable, numbers))
        return array("d", map(truediv, right, _of(self._judged, numbers)))

    def accuracy(self) -> float | None:
        """The mean over the items that have a score; `None` when none has."""
        means = self.means(self.judged())
        return sum(means) / len(means) if means else None

    def any_unreadable(self, items: Iterable[str]) -> bool:
        """Whether one of these items has a reply without a readable answer."""
        return any(_of(self._unreadable, self._numbers(items)))

    def bounds(self) -> tuple[float, float]:
        """The accuracy if everything that could not be judged were wrong, and if it were right."""
        low = high = 0.0
        for right, judged, unjudged in zip(self._right, self._judged, self._unjudged, strict=True):
            if draws := judged + unjudged:
                low += right / draws
                high += (right + unjudged) / draws
        return low / self.items, high / self.items

    def draws(self) -> Iterator[list[float]]:
        """The scores of every item that has one, a number a draw; those that are right come first."""
        for number, (total, judged) in enumerate(zip(self._right, self._judged, strict=True)):
            if judged:
                parts = self._parts.get(number, ())
                right = round(total - sum(parts))
                yield [*[1.0] * right, *parts, *[0.0] * (judged - right - len(parts))]

    @property
    def fewest_draws(self) -> int:
        """The fewest scores that an item has, of those that have one; 0 where none has."""
        return min(filter(None, self._judged), default=0)

    def cluster_of(self, items: Iterable[str]) -> list[str] | None:
        """The cluster of each item, or nothing when the task has none; an item without one is its own."""
        if not any(self._cluster):
            return None
        names, wanted = ("", *self.clusters), list(items)
        numbers = _of(self._cluster, self._numbers(wanted))
        return [names[number] or f"item {item}" for number, item in zip(numbers, wanted, strict=True)]

    def _add_score(self, number: int, score: float) -> None:
        """Whole numbers as long as every score is 0 or 1: most runs have no others."""
        if score in (0, 1):
            self._right[number] += int(score)
            return
        if self._right.typecode == "I":
            self._right = array("d", self._right)
        self._right[number] += score
        self._parts.setdefault(number, array("d")).append(score)

    def _numbers(self, items: Iterable[str]) -> array[int]:
        return _counts(map(self.numbers.__getitem__, items))

    def _draws(self, number: int | None) -> int:
        return self._judged[number] if number is not None and number < len(self._judged) else 0

    def _reach(self, number: int) -> None:
        for counts in (self._right, self._judged, self._unreadable, self._unjudged, self._cluster):
            counts.extend([0] * (number + 1 - len(counts)))
