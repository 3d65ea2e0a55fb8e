"""Judge recorded replies again: strictly and leniently side by side, and beside the source's own verdicts.

The lenient reading is the one every table shows. The strict one accepts only an answer that was announced as such.
Where the two, or the source's verdict, disagree, someone should look; what matters is whether a conclusion changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from promptkit.analysis.comparison import MARGIN, Comparison, Order
from promptkit.analysis.recorded import AS_STATED, Reading, recorded_rows
from promptkit.analysis.summary import Summary, Tallies
from promptkit.answers import AnswerType
from promptkit.errors import UsageError
from promptkit.outcomes import Attempt, is_read, judge
from promptkit.record.reader import Run
from promptkit.types import FinishReason

Grading = Literal["source", "strict", "lenient"]


@dataclass(frozen=True)
class RejudgedReply:
    """One reply, judged in every way: `source` is the verdict that came with it, where there is one."""

    question: str
    target: str
    text: str
    lenient: Attempt
    strict: Attempt
    source: Attempt | None

    @property
    def disagrees(self) -> bool:
        """Whether the readings give it different scores."""
        return len({a.score for a in (self.lenient, self.strict, self.source) if a is not None}) > 1


@dataclass(frozen=True)
class Flip:
    """A comparison whose verdict is another one under another reading."""

    reading: Grading
    comparison: Comparison
    lenient: Comparison


@dataclass(frozen=True)
class Audit:
    """The summaries under each reading, what they disagree on, and which conclusions change.

    Attributes:
        total: replies judged; `disagreements`: on how many the readings differ.
        flips: comparisons with another verdict than under the lenient reading.
    """

    total: int
    summaries: dict[Grading, Summary]
    disagreements: int
    flips: tuple[Flip, ...]


def audit(
    rejudged: Iterable[RejudgedReply],
    *,
    baseline: str | None = None,
    margin: float = MARGIN,
    fed: Order | None = None,
    disagreed: Callable[[RejudgedReply], None] = lambda _: None,
) -> Audit:
    """Summarise every reading, and compare their conclusions.

    `fed` is the order of the items of a run that was stopped when decided (see `compare`).
    `disagreed` is called with each reply on which the readings differ, in the order read; they are not kept.

    Raises:
        UsageError: there is nothing to judge, or the baseline is not one of the strategies.
    """
    tallies: dict[Grading, Tallies] = {"source": Tallies(), "strict": Tallies(), "lenient": Tallies()}
    total = disagreements = judged_by_source = 0
    for reply in rejudged:
        total += 1
        tallies["strict"].add(reply.strict)
        tallies["lenient"].add(reply.lenient)
        if reply.source is not None:
            judged_by_source += 1
            tallies["source"].add(reply.source)
        if reply.disagrees:
            disagreements += 1
            disagreed(reply)
    if not total:
        raise UsageError("there is no reply to judge again")
    if not judged_by_source:
        del tallies["source"]
    summaries = {name: kept.summary(baseline=baseline, margin=margin, fed=fed) for name, kept in tallies.items()}
    return Audit(total, summaries, disagreements, tuple(_flips(summaries)))


def rejudge_files(paths: Iterable[Path], reading: Reading = AS_STATED) -> Iterator[RejudgedReply]:
    """The replies of recorded files; the `official_correct` of a row with one reply is the source's verdict on it."""
    for row, attempts, kind in recorded_rows(paths, reading):
        verdict = row.official_correct if len(attempts) == 1 else None  # of several draws it is nobody's own
        for text, attempt in zip(row.draws, attempts, strict=True):
            if text is not None:
                yield _rejudged(row.question, row.target, text, row.finish_reason, attempt, kind, verdict)


def rejudge_run(run: Run, reading: Reading = AS_STATED) -> Iterator[RejudgedReply]:
    """The replies of a run, by default read as the run did. A vote is not held again: its winner counts.

    Of a run whose replies a model read, its verdict on each is the source's.

    Raises:
        UsageError: the record is damaged.
    """
    kind = AnswerType(reading.answer, reading.labels) if reading.answer else None
    for found in run.judgeable(lambda attempt: [("", attempt.reply)], answer=kind):
        _, call = found.calls[0]
        tags = reading.think_tags or found.answer_type.think_tags
        as_run = replace(found.answer_type, think_tags=tags, allow_code=reading.allow_code)
        rejudged = _rejudged(found.question, found.target, call.text, call.finish_reason, found.attempt, as_run)
        read = kind is None and is_read(found.attempt) and found.attempt.score is not None
        yield replace(rejudged, source=found.attempt) if read else rejudged


def _rejudged(
    question: str,
    target: str,
    text: str,
    finish_reason: FinishReason,
    attempt: Attempt,
    kind: AnswerType,
    verdict: bool | None = None,
) -> RejudgedReply:
    lenient, strict = (
        replace(attempt, **judge(text, finish_reason, kind, target, question, strict=s)._asdict())
        for s in (False, True)
    )
    source = None if verdict is None else replace(attempt, outcome="correct" if verdict else "wrong", rule="source")
    return RejudgedReply(question, target, text, lenient, strict, source)


def _flips(summaries: dict[Grading, Summary]) -> Iterator[Flip]:
    lenient = {c.group: c for c in summaries["lenient"].comparisons}
    for name, summary in summaries.items():
        for comparison in summary.comparisons:
            ours = lenient.get(comparison.group)
            if ours is not None and comparison.verdict != ours.verdict:
                yield Flip(name, comparison, ours)
