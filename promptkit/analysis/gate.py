"""Conditions that must not hold of a run, such as `cot < direct - 0.02`, decided by their confidence intervals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from promptkit.analysis.comparison import Order
from promptkit.analysis.tally import Tally
from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.formatting import counted, interval, percent, points, span
from promptkit.outcomes import Group
from promptkit.stats import accuracy_interval, items_to_exclude, paired_difference

Sign = Literal["<", "<=", ">", ">="]
State = Literal["excluded", "shown", "unclear"]

CONFIDENCE = 0.95
_SIGN = re.compile(r"<=|>=|<|>|≤|≥")
_NUMBER = re.compile(r"\d{0,6}\.?\d{1,12}|\d{1,6}\.")
_OFFSET = re.compile(r"(?P<name>.*\S)\s*(?P<sign>[-+−])\s*(?P<number>\d{0,6}\.?\d{1,12})")
_OTHER_WAY: dict[str, Sign] = {">=": "<", ">": "<=", "<": ">=", "<=": ">"}


@dataclass(frozen=True)
class Condition:
    """What must not hold: `strategy`, less `other` where there is one, is `sign` `bound`.

    Attributes:
        text: as it was written.
    """

    text: str
    strategy: str
    sign: Sign
    other: str | None
    bound: float

    def state(self, low: float, high: float) -> State:
        """Whether all of an interval fulfils it, or none of it."""
        below = {"<": (high < self.bound, low >= self.bound), "<=": (high <= self.bound, low > self.bound)}
        above = {">": (low > self.bound, high <= self.bound), ">=": (low >= self.bound, high < self.bound)}
        shown, excluded = {**below, **above}[self.sign]
        return "shown" if shown else "excluded" if excluded else "unclear"


@dataclass(frozen=True)
class Check:
    """A condition on one task and model.

    Attributes:
        state: shown: the whole interval fulfils the condition; excluded: none of it does; unclear: not enough data.
        n: items; the estimate is an accuracy, or a difference of two, and `low` to `high` its 95 % interval, each
            condition by itself; in a run that was stopped when decided it holds at any stopping time.
        items_needed: items in all that would settle it, for unclear; `None` where nobody knows.
    """

    condition: Condition
    task: str
    model: str
    state: State
    n: int
    estimate: float | None
    low: float
    high: float
    items_needed: int | None

    def sentence(self) -> str:
        """The result in a line, with its interval."""
        word = {"shown": "FAILED", "excluded": "passed", "unclear": "unclear"}[self.state]
        where = f"{self.task} on {self.model}"
        fact = {"shown": "is shown", "excluded": "is excluded", "unclear": "can't be told from so few items"}[
            self.state
        ]
        needed = f"; about {self.items_needed:,} items would be enough" if self.items_needed else ""
        return f"{word}: {self.condition.text} {fact} ({where}: {self.evidence()}){needed}"

    def evidence(self) -> str:
        """The estimate with its interval."""
        if self.estimate is None:
            return "no item was judged"
        sure = "95 % interval"
        if self.condition.other is None:
            return f"{percent(self.estimate)}, {sure} {interval(self.low, self.high)}, {counted(self.n, 'item')}"
        return f"{points(self.estimate)} points, {sure} {span(self.low, self.high)}, {counted(self.n, 'item')}"


def parse_condition(text: str, strategies: Sequence[str]) -> Condition:
    """The condition in `text`: `A < B - 0.02`, `A > B`, or `A < 0.8`, with strategies of the run. Nothing is evaluated.

    Raises:
        UsageError: it is none, or names a strategy that the run does not have.
    """
    found = next((m for m in _SIGN.finditer(text) if _outside(text, m.start())), None)
    if found is None:
        raise UsageError(f"{text!r}: there is no comparison in it; write one such as 'A < B - 0.02'")
    sign: Sign = {"≤": "<=", "≥": ">="}.get(found[0], found[0])  # type: ignore[assignment]  # one of the four
    left, right = text[: found.start()].strip(), text[found.end() :].strip()
    strategy = _known(left, strategies, text)
    if _NUMBER.fullmatch(right):
        return Condition(text.strip(), strategy, sign, None, _share(right, text))
    if right in strategies:
        return Condition(text.strip(), strategy, sign, right, 0.0)
    if part := _OFFSET.fullmatch(right):
        other, offset = _known(part["name"], strategies, text), _share(part["number"], text)
        return Condition(text.strip(), strategy, sign, other, offset if part["sign"] == "+" else -offset)
    return Condition(text.strip(), strategy, sign, _known(right, strategies, text), 0.0)


def parse_minimum(text: str, strategies: Sequence[str]) -> tuple[Condition, ...]:
    """What must not hold if accuracies are to be at least this: `0.8` of every strategy, or `cot>=0.8`.

    Raises:
        UsageError: it is neither.
    """
    if _NUMBER.fullmatch(text.strip()):
        bound = _share(text.strip(), text)
        return tuple(Condition(f"{s} < {bound:g}", s, "<", None, bound) for s in strategies)
    wanted = parse_condition(text, strategies)
    if wanted.other is not None or wanted.sign not in {">=", ">"}:
        raise UsageError(f"{text!r}: write a number such as 0.8, or STRATEGY>=0.8")
    sign = _OTHER_WAY[wanted.sign]
    return (Condition(f"{wanted.strategy} {sign} {wanted.bound:g}", wanted.strategy, sign, None, wanted.bound),)


def checks(
    conditions: Iterable[Condition], tallies: Mapping[Group, Tally], fed: Order | None = None
) -> tuple[Check, ...]:
    """Every condition on each task and model that has its strategy.

    `fed` is the order of the items of a run that was stopped when decided (`promptkit.analysis.comparison.compare`).
    """
    return tuple(check for condition in conditions for check in _of(condition, tallies, fed))


def _of(condition: Condition, tallies: Mapping[Group, Tally], fed: Order | None) -> Iterator[Check]:
    for group, ours in tallies.items():
        if group.strategy != condition.strategy:
            continue
        if condition.other is None:
            yield _accuracy(condition, group, ours)
        elif (theirs := _reference(group, condition.other, tallies)) is not None:
            yield _difference(condition, group, ours, theirs, None if fed is None else fed[group.task])


def _reference(group: Group, strategy: str, tallies: Mapping[Group, Tally]) -> Tally | None:
    """The other strategy on the same task and model, or on the only model that it was run on."""
    there = [other for other in tallies if other.task == group.task and other.strategy == strategy]
    same = [other for other in there if other.model == group.model]
    chosen = same or (there if len(there) == 1 else [])
    return tallies[chosen[0]] if chosen else None


def _accuracy(condition: Condition, group: Group, ours: Tally) -> Check:
    judged = ours.judged()
    if not judged:
        return Check(condition, group.task, group.model, "unclear", 0, None, 0.0, 1.0, None)
    means = ours.means(judged)
    found = accuracy_interval(means, clusters=ours.cluster_of(judged), confidence=CONFIDENCE)
    return _checked(condition, group, len(judged), sum(means) / len(means), found.low, found.high)


def _difference(
    condition: Condition, group: Group, ours: Tally, theirs: Tally, order: Mapping[str, int] | None
) -> Check:
    shared = ours.shared(theirs)
    if not shared:
        return Check(condition, group.task, group.model, "unclear", 0, None, -1.0, 1.0, None)
    if order is not None:
        shared.sort(key=order.__getitem__)
    mine, other = ours.means(shared), theirs.means(shared)
    pair = paired_difference(other, mine, clusters=ours.cluster_of(shared), confidence=CONFIDENCE)
    low, high = pair.low, pair.high
    if order is not None:
        from promptkit.stats import anytime_interval  # numpy, which most runs do without

        valid = anytime_interval([a - b for a, b in zip(mine, other, strict=True)], confidence=CONFIDENCE)
        low, high = valid.low, valid.high
    return _checked(condition, group, pair.n, pair.difference, low, high)


def _checked(condition: Condition, group: Group, n: int, estimate: float, low: float, high: float) -> Check:
    state = condition.state(low, high)
    needed = None
    if state == "unclear":
        needed = items_to_exclude(n, (high - low) / 2, abs(estimate - condition.bound), confidence=CONFIDENCE)
    return Check(condition, group.task, group.model, state, n, estimate, low, high, needed)


def _outside(text: str, place: int) -> bool:
    """Whether `place` stands outside of brackets, which hold the options of a strategy."""
    return text.count("(", 0, place) == text.count(")", 0, place)


def _known(name: str, strategies: Sequence[str], text: str) -> str:
    if name in strategies:
        return name
    raise UsageError(f"{text!r}: {name!r} is not one of the strategies; {did_you_mean(name, strategies)}")


def _share(number: str, text: str) -> float:
    if not 0 <= float(number) <= 1:
        raise UsageError(f"{text!r}: {number} is not a fraction of 1; write 0.02 for 2 points")
    return float(number)
