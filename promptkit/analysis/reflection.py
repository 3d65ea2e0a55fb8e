"""Reflection told honestly: what each round made right, what it made wrong, and whether that could be chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from promptkit.analysis.curve import curves, draws_in_run
from promptkit.errors import UsageError
from promptkit.outcomes import Attempt
from promptkit.record.reader import Judgeable, Run
from promptkit.strategies.steps import CRITIQUE, DRAFT, REVISION, is_part_of
from promptkit.types import Completion


@dataclass(frozen=True)
class Flips:
    """One round of reflection of one strategy on one task.

    Attributes:
        round: which one, from 1.
        drafts: answers that stood before it, of items that were still being reflected on or had been accepted.
        fixed: wrong before and right after; `broken`: right before and wrong after.
        accepted_right: right answers that the critic let stand, of `right_before`; `accepted_wrong`: wrong ones.
        p: of as many fixed as broken, two-sided, by the exact McNemar test.
    """

    task: str
    strategy: str
    model: str
    round: int
    drafts: int
    right_before: int
    fixed: int
    broken: int
    accepted_right: int
    accepted_wrong: int
    p: float


def flips_in_run(run: Run) -> tuple[Flips, ...]:
    """The flips of every reflecting strategy in a run, round by round; empty when none reflects.

    Raises:
        UsageError: the record is damaged.
    """
    from promptkit.stats import paired_difference

    counted: dict[tuple[str, str, str, int], Counter[tuple[bool, bool, bool]]] = {}
    for attempt, rounds in _rounds(run):
        for number, before_after in enumerate(rounds, start=1):
            place = (attempt.task, attempt.strategy, attempt.model, number)
            counted.setdefault(place, Counter())[before_after] += 1
    found = []
    for (task, strategy, model, number), counts in counted.items():
        before = [float(b) for (b, _, _), n in counts.items() for _ in range(n)]
        after = [float(a) for (_, a, _), n in counts.items() for _ in range(n)]
        found.append(
            Flips(
                task=task,
                strategy=strategy,
                model=model,
                round=number,
                drafts=counts.total(),
                right_before=sum(n for (b, _, _), n in counts.items() if b),
                fixed=sum(n for (b, a, _), n in counts.items() if a and not b),
                broken=sum(n for (b, a, _), n in counts.items() if b and not a),
                accepted_right=counts[True, True, True],
                accepted_wrong=counts[False, False, True],
                p=paired_difference(before, after).p,
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class EqualCalls:
    """Reflection beside the vote that costs as many calls, from draws in the same run.

    Attributes:
        calls: of the reflecting strategy, a question, on average; `draws`: the vote with that many, rounded.
        reflection: the accuracy of the reflecting strategy; `vote`: the expected one of the vote.
    """

    task: str
    strategy: str
    voter: str
    calls: float
    draws: int
    reflection: float
    vote: float

    def sentence(self) -> str:
        """What it says in words."""
        return (
            f"{self.task}: {self.strategy} takes {self.calls:.1f} calls a question and is right on "
            f"{self.reflection:.1%}; the majority of {self.draws} draws of {self.voter} on {self.vote:.1%}."
        )


def votes_at_equal_calls(run: Run) -> tuple[EqualCalls, ...]:
    """Every reflecting strategy of a run beside every vote on the same task that has enough draws."""
    try:
        voters = curves(draws_in_run(run))
    except UsageError:  # nothing was drawn more than once
        return ()
    attempts = list(run.attempts())
    reflecting = {(a.task, a.strategy) for a in attempts if _reflects(a)}
    found = []
    for task, strategy in sorted(reflecting):
        judged = [a for a in attempts if (a.task, a.strategy) == (task, strategy) and a.score is not None]
        calls = sum(a.usage.calls for a in judged) / len(judged)
        right = sum(a.score or 0.0 for a in judged) / len(judged)
        found += [
            EqualCalls(task, strategy, c.strategy, calls, round(calls), right, c.points[round(calls) - 1].accuracy)
            for c in voters
            if c.task == task and len(c.points) >= round(calls)
        ]
    return tuple(found)


def _rounds(run: Run) -> Iterator[tuple[Attempt, list[tuple[bool, bool, bool]]]]:
    """Each reflecting attempt with its rounds: right before, right after, and whether the critic let it stand."""
    for found in run.judgeable(lambda attempt: attempt.calls if _reflects(attempt) else ()):
        yield found.attempt, _judged(found)


def _reflects(attempt: Attempt) -> bool:
    return any(step == CRITIQUE for step, _ in attempt.calls)


def _judged(found: Judgeable) -> list[tuple[bool, bool, bool]]:
    def right(call: Completion) -> bool:
        return found.outcome(call) == "correct"

    drafts = [call for step, call in found.calls if is_part_of(step, DRAFT)]
    standing = right(drafts[-1]) if drafts else False  # the last call of a draft of many calls is its answer
    rounds: list[tuple[bool, bool, bool]] = []
    steps = [(step, call) for step, call in found.calls if step in {CRITIQUE, REVISION}]
    for i, (step, _) in enumerate(steps):
        if step != CRITIQUE:
            continue
        revised = steps[i + 1][1] if i + 1 < len(steps) and steps[i + 1][0] != CRITIQUE else None
        after = standing if revised is None else right(revised)
        rounds.append((standing, after, revised is None))
        standing = after
    return rounds
