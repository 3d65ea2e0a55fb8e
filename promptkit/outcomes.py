"""What became of an attempt: exactly one outcome each, and failed calls are never "wrong"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, get_args

from promptkit.answers import AnswerType
from promptkit.errors import NotGraded
from promptkit.types import FinishReason, Usage

Outcome = Literal["correct", "partial", "wrong", "unparsed", "truncated", "refused", "error", "ungraded", "missing"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
BESIDE = "the target stands in the reply"  # ends the rule of an answer of kind text that is another one, or of none
UNJUDGED: frozenset[Outcome] = frozenset({"error", "ungraded", "missing"})  # neither right nor wrong
RARE: frozenset[Outcome] = frozenset({"partial", "ungraded", "missing"})  # shown in tables only where there are any

GRADED: frozenset[Outcome] = frozenset({"correct", "partial", "wrong", "ungraded"})  # what a grader decides
EMPTY = "empty reply"  # in place of a rule, where there is nothing to read


class Group(NamedTuple):
    """What the attempts of one strategy, on one task, by one model have in common: the names of the three."""

    task: str
    strategy: str
    model: str


class Grade(NamedTuple):
    """What one grader thinks of a reply.

    Attributes:
        metric: the grader's name.
        score: between 0 and 1; `None` where it failed.
        reason: why, in the grader's words.
        error: what the grader failed with.
        usage: what grading took, where it asked a model, which is `by`.
        outcome: what the reply came to, of a grader that reads answers; empty for one that only scores.
    """

    metric: str
    score: float | None
    reason: str = ""
    error: str = ""
    usage: Usage = Usage()
    by: str = ""
    outcome: Outcome | Literal[""] = ""


def outcome_of(grade: Grade) -> Outcome:
    """The outcome of a reply that has this grade."""
    if grade.outcome:
        return grade.outcome
    if grade.score is None:
        return "ungraded"
    return "correct" if grade.score == 1 else "partial" if grade.score > 0 else "wrong"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One strategy on one item, once.

    Attributes:
        outcome: correct; partial: a grader gave it a score between 0 and 1; wrong; unparsed: a reply without an answer;
            truncated: cut off at the token limit before the answer, or a prompt that grew too long for the model;
            refused: the provider or model declined; error: no reply, after all retries; ungraded: a reply that its
            grader failed on, or took too long for; missing: a recorded reply whose text was not kept.
        calls: the recorded calls it was made from, in the order asked: what each was for, and its key.
        reply: the key of the recorded call whose text is the reply; empty when the strategy wrote a text of its own.
        replicate: which repetition of the experiment it belongs to, from 0; of recorded outputs, which draw.
        answer: what was read from the reply, as written, and `rule`: which rule found it.
        paid: the part of `usage` that this run paid for; the rest was shared or cached.
        seconds: what it took by the times of its calls, without waiting for a turn or for a broken server
            (`promptkit.analysis.latency`).
        error: what went wrong, for `error` and `ungraded`.
        fallbacks: what its strategy did instead of what it is for (`promptkit.types.Completion`), each once.
        grades: what the graders of the run think of the reply, the headline first; empty where there are none.
    """

    task: str
    strategy: str
    model: str
    item: str
    outcome: Outcome
    replicate: int = 0
    answer: str | None = None
    rule: str = ""
    usage: Usage = Usage()
    paid: Usage = Usage()
    seconds: float = 0.0
    error: str = ""
    cluster: str = ""
    calls: tuple[tuple[str, str], ...] = ()
    reply: str = ""
    fallbacks: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()

    @property
    def group(self) -> Group:
        """Its task, strategy and model."""
        return Group(self.task, self.strategy, self.model)

    @property
    def score(self) -> float | None:
        """The headline grader's; without one 1 when correct, else 0. `None` when it could not be judged."""
        if self.outcome in UNJUDGED:
            return None
        return self.grades[0].score if self.grades else float(self.outcome == "correct")

    def by(self, grade: Grade) -> Attempt:
        """The same attempt, were `grade` its headline."""
        was_graded = self.outcome in GRADED or (self.grades and self.grades[0].outcome)
        outcome = outcome_of(grade) if was_graded else self.outcome
        return replace(self, outcome=outcome, grades=(grade,), error=grade.error)


def is_read(attempt: Attempt) -> bool:
    """Whether it was judged by a grader that reads answers."""
    return bool(attempt.grades and attempt.grades[0].outcome)


class Judged(NamedTuple):
    """What a reply is worth; the attributes are those of `Attempt`."""

    outcome: Outcome
    answer: str | None = None
    rule: str = ""
    error: str = ""
    grades: tuple[Grade, ...] = ()


def judge(
    text: str, finish_reason: FinishReason, answer: AnswerType, target: str, question: str, *, strict: bool = False
) -> Judged:
    """What a reply `text` is worth by the answer that is read from it. The rule of a blank reply is `EMPTY`.

    `strict` accepts announced answers only.
    """
    if finish_reason == "refusal":
        return Judged("refused")
    cut_off = finish_reason == "length"  # then a number in mid-sentence is not an answer: it must be announced
    found = answer.find(text, question=question, strict=strict or cut_off)
    try:
        if found is not None and answer.is_correct(found, target, question=question):
            return Judged("correct", found.text, found.rule)
    except NotGraded as error:
        return Judged("ungraded", found.text if found else None, found.rule if found else "", str(error))
    beside = BESIDE if answer.holds(text, target) else ""
    if found is None:
        return Judged("truncated" if cut_off else "unparsed", None, beside if text.strip() else EMPTY)
    return Judged("wrong", found.text, f"{found.rule}, {beside}" if beside else found.rule)
