"""Reflection, honestly: what each round fixed and broke, and what it is worth beside going without it, or voting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from promptkit.analysis.comparison import compare
from promptkit.analysis.curve import Curve, curves, draws_in_run
from promptkit.analysis.pairs import Pair, comparable_parts
from promptkit.analysis.summary import Tallies
from promptkit.analysis.tally import Tally
from promptkit.errors import UsageError
from promptkit.formatting import percent
from promptkit.outcomes import Attempt, Group
from promptkit.record.reader import Judgeable, Run
from promptkit.specs import parse_spec
from promptkit.stats.mcnemar import mcnemar_p
from promptkit.strategies.critique import read_verdict
from promptkit.strategies.self_reflection import CHECK_FAILED
from promptkit.strategies.steps import CRITIQUE, DRAFT, REVISION, is_part_of
from promptkit.types import Completion

_Judged = tuple[bool, bool, Literal["revised", "accepted", "unclear"]]  # right before, right after, what was done
_TECHNIQUES = ("reflect", "self-refine")  # their names in a specification


@dataclass(frozen=True)
class Round:
    """One round of reflection. An answer is right when its outcome would be `correct`.

    Attributes:
        number: which one, from 1.
        answers: the answers that were criticised in it.
        right_before: how many of them were right.
        fixed: wrong before and right after; `broken`: right before and wrong after.
        accepted_right: right answers that the critic accepted; `accepted_wrong`: wrong ones.
        p: of as many fixed as broken, two-sided, by the exact McNemar test.
        unclear_right: right answers that were kept since the critic gave no verdict that can be read;
            `unclear_wrong`: wrong ones.
    """

    number: int
    answers: int
    right_before: int
    fixed: int
    broken: int
    accepted_right: int
    accepted_wrong: int
    p: float
    unclear_right: int = 0
    unclear_wrong: int = 0


@dataclass(frozen=True)
class Without:
    """A reflecting strategy beside `strategy`, the same one without its last reflection, on `n` items both have judged.

    Attributes:
        fixed: items on which it scored more than without; `broken`: on which it scored less.
        p: two-sided, of no difference (not adjusted for other comparisons).
    """

    strategy: str
    n: int
    fixed: int
    broken: int
    p: float


@dataclass(frozen=True)
class EqualCalls:
    """Reflection beside the vote that costs as many calls, from draws in the same run.

    Attributes:
        calls: of the reflecting strategy for a judged attempt; `draws`: of the vote, which are as many, rounded.
        reflection: the accuracy of the reflecting strategy; `vote`: the expected one of the vote.
    """

    voter: str
    calls: float
    draws: int
    reflection: float
    vote: float


@dataclass(frozen=True)
class Reflection:
    """All that a run shows about one reflecting strategy on one task.

    Attributes:
        rounds: of its outermost reflection; empty where that has none on record.
        without: `None` where the run does not have the strategy without its last reflection.
        equal_calls: one a vote of the run that has enough draws.
    """

    task: str
    strategy: str
    model: str
    rounds: tuple[Round, ...]
    without: Without | None
    equal_calls: tuple[EqualCalls, ...]

    def sentences(self) -> tuple[str, ...]:
        """Beside each vote at equal calls, in words."""
        return tuple(
            f"{self.task}: {self.strategy} takes {e.calls:.1f} calls a question and is right on "
            f"{percent(e.reflection)}; the majority of {e.draws} draws of {e.voter} on {percent(e.vote)}."
            for e in self.equal_calls
        )


def reflections(run: Run, tallies: Tallies) -> tuple[Reflection, ...]:
    """Every reflecting strategy of a run, whose attempts are counted in `tallies`; empty when none reflects.

    Also where drafts can't be judged (`Run.judged_in_passing`).

    Raises:
        UsageError: the record is damaged.
    """
    if not run.judged_in_passing():
        return ()
    rounds = rounds_of(run.judgeable(lambda attempt: attempt.calls if _reflects(attempt) else ()))
    reflecting = [group for group in tallies.groups if group in rounds or _without_last(group[1]) is not None]
    if not reflecting:
        return ()
    voters = curves(draws_in_run(run))
    return tuple(
        Reflection(
            *group,
            rounds=rounds.get(group, ()),
            without=beside_without(group[1], tallies.arms(group[0], group[2])),
            equal_calls=votes_at_equal_calls(group, tallies.groups[group], voters),
        )
        for group in reflecting
    )


def rounds_of(reflected: Iterable[Judgeable]) -> dict[Group, tuple[Round, ...]]:
    """The rounds of each strategy, from its reflecting attempts with all their calls."""
    counted: dict[Group, dict[int, Counter[_Judged]]] = {}
    for found in reflected:
        group = found.attempt.group
        for number, round_ in enumerate(_judged(found), start=1):
            counted.setdefault(group, {}).setdefault(number, Counter())[round_] += 1
    return {group: tuple(_round(n, counts) for n, counts in numbers.items()) for group, numbers in counted.items()}


def beside_without(strategy: str, arms: Mapping[str, Tally]) -> Without | None:
    """The strategy beside the one of `arms` that is the same without its last reflection; nothing without that."""
    wanted = _without_last(strategy)
    without = next((other for other in arms if wanted is not None and comparable_parts(other) == wanted), None)
    if without is None:
        return None
    pair = Pair(Group("", strategy, ""), Group("", without, ""))
    pairs = compare({pair.reference: arms[without], pair.group: arms[strategy]}, [pair])
    return Without(without, pairs[0].n, pairs[0].gained, pairs[0].lost, pairs[0].p) if pairs else None


def votes_at_equal_calls(group: Group, reflecting: Tally, voters: Iterable[Curve]) -> tuple[EqualCalls, ...]:
    """A reflecting strategy beside every vote on the same task and model that has as many draws as it takes calls."""
    task, _, model = group
    accuracy = reflecting.accuracy()
    if accuracy is None:
        return ()
    calls = reflecting.usage.calls / reflecting.judged_attempts
    draws = round(calls)
    return tuple(
        EqualCalls(curve.strategy, calls, draws, accuracy, curve.points[draws - 1].accuracy)
        for curve in voters
        if (curve.task, curve.model) == (task, model) and 1 <= draws <= len(curve.points)
    )


def _round(number: int, counts: Counter[_Judged]) -> Round:
    fixed = sum(n for (before, after, _), n in counts.items() if after and not before)
    broken = sum(n for (before, after, _), n in counts.items() if before and not after)
    return Round(
        number=number,
        answers=counts.total(),
        right_before=sum(n for (before, _, _), n in counts.items() if before),
        fixed=fixed,
        broken=broken,
        accepted_right=counts[True, True, "accepted"],
        accepted_wrong=counts[False, False, "accepted"],
        unclear_right=counts[True, True, "unclear"],
        unclear_wrong=counts[False, False, "unclear"],
        p=mcnemar_p(fixed, broken),
    )


def _reflects(attempt: Attempt) -> bool:
    return any(step in {CRITIQUE, REVISION} for step, _ in attempt.calls) or _rounds_of_checks(attempt.strategy) > 0


def _judged(found: Judgeable) -> Iterator[_Judged]:
    """Each round: right before, right after, and what let the answer stand, if it did."""
    steps = [(step, call) for step, call in found.calls if step in {CRITIQUE, REVISION}]
    if rounds := _rounds_of_checks(found.attempt.strategy):
        yield from _judged_by_checks(found, [call for _, call in steps], rounds)
        return
    if not steps or steps[0][0] != CRITIQUE:
        return  # its critique is not on record
    standing = _draft(found, steps[0][1])
    if standing is None:
        return
    for i, (step, call) in enumerate(steps):
        if step == REVISION:
            continue
        revision = steps[i + 1][1] if i + 1 < len(steps) and steps[i + 1][0] == REVISION else None
        if revision is None and _broke_off(found.attempt):
            return  # nobody knows what the critic's word would have led to
        after = revision or standing
        yield _is_right(found, standing), _is_right(found, after), _kept(call) if revision is None else "revised"
        standing = after


def _judged_by_checks(found: Judgeable, revisions: list[Completion], rounds: int) -> Iterator[_Judged]:
    """The same where a check takes the place of the critic: it makes no call, and lets the last answer stand."""
    standing = next((call for step, call in reversed(found.calls) if is_part_of(step, DRAFT)), None)
    if standing is None:
        return
    for revision in revisions:
        yield _is_right(found, standing), _is_right(found, revision), "revised"
        standing = revision
    if len(revisions) < rounds and not _broke_off(found.attempt):
        kept: Literal["unclear", "accepted"] = "unclear" if CHECK_FAILED in found.attempt.fallbacks else "accepted"
        yield _is_right(found, standing), _is_right(found, standing), kept


def _rounds_of_checks(strategy: str) -> int:
    """How many rounds the outermost strategy has at most, where a check takes the place of its critic; else 0."""
    try:
        parts = parse_spec(strategy)
    except UsageError:
        return 0  # a name that is no specification
    checked = parts and parts[-1].name in _TECHNIQUES and "checker" in parts[-1].options
    return int(str(parts[-1].options.get("rounds", 1))) if checked else 0


def _kept(critique: Completion) -> Literal["accepted", "unclear"]:
    return "unclear" if read_verdict(critique.text) is None else "accepted"


def _broke_off(attempt: Attempt) -> bool:
    """Whether it ended in a failed call, or in a prompt that outgrew the model."""
    return attempt.outcome == "error" or (attempt.outcome == "truncated" and not attempt.reply)


def _is_right(found: Judgeable, call: Completion) -> bool:
    return found.outcome(call) == "correct"


def _draft(found: Judgeable, critique: Completion) -> Completion | None:
    """What was criticised first. A draft of many calls is the text that the critic was shown."""
    drafts = [call for step, call in found.calls if is_part_of(step, DRAFT)]
    if not drafts:
        return None
    turns = critique.prompt.messages
    if len(turns) > 1 and turns[-2].role == "assistant":
        shown = [call for call in drafts if call.text == turns[-2].text]
        return shown[-1] if shown else drafts[-1].model_copy(update={"text": turns[-2].text})
    written = [call for call in drafts if call.text in turns[-1].text]  # a base model sees it all as one text
    return (written or drafts)[-1]


def _without_last(strategy: str) -> tuple[str, ...] | None:
    """The parts without the last reflection; nothing for a strategy that has none."""
    parts = comparable_parts(strategy) or ()
    last = max((i for i, part in enumerate(parts) if part.partition("@")[0] in _TECHNIQUES), default=None)
    return None if last is None else parts[:last] + parts[last + 1 :]
