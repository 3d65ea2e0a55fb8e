"""Grade recorded replies by graders, without asking the strategies again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from promptkit.analysis.recorded import Reading, recorded_rows
from promptkit.answers import AnswerType
from promptkit.errors import UsageError
from promptkit.grading.graders import GraderFunction
from promptkit.grading.judging import ByGraders, Judging
from promptkit.outcomes import UNJUDGED, Attempt, Judged
from promptkit.record.reader import Run
from promptkit.tasks import Item
from promptkit.types import FinishReason

AT_ONCE = 64  # replies that graders have at the same time


class Reply(NamedTuple):
    """A recorded attempt with the text that it came to; `None` where there is none, or it was not kept."""

    attempt: Attempt
    item: Item
    text: str | None
    finish_reason: FinishReason
    answer: AnswerType


def replies_of_run(run: Run, think_tags: Sequence[str] = (), *, read: bool = False) -> Iterator[Reply]:
    """The attempts of a run with their replies, in the order of its items; with `read` for graders that read answers.

    Raises:
        UsageError: answers are to be read, and an item has no target, or its task no kind of answer on record.
    """
    tags = tuple(think_tags) or run.think_tags
    whole = AnswerType("exact", think_tags=tags)
    for asked in run.item_attempts():
        kind = replace(run.answer_type(asked.task), think_tags=tags) if read else whole
        if read and not asked.target:
            raise UsageError(f"item {asked.item} of {asked.task} has no target to read answers by; judge by a rubric")
        calls = run.calls(attempt.reply for attempt in asked.attempts)
        for attempt in asked.attempts:
            item = Item(attempt.item, asked.question, asked.target, attempt.cluster)
            call = calls.get(attempt.reply)
            if call is None:
                yield Reply(attempt, item, None, "unknown", kind)
            else:
                yield Reply(attempt, item, call.text, call.finish_reason, kind)


def replies_in_files(paths: Iterable[Path], reading: Reading) -> Iterator[Reply]:
    """The replies of recorded files, one a draw; if `reading.graded`, they are taken whole, and need no target."""
    given = replace(reading, answer=reading.answer or "exact") if reading.graded else reading
    for row, attempts, kind in recorded_rows(paths, given):
        for text, attempt in zip(row.draws, attempts, strict=True):
            item = Item(attempt.item, row.question, row.target, row.cluster)
            yield Reply(attempt, item, text, row.finish_reason, kind)


async def graded_attempts(
    replies: Iterable[Reply], graders: Mapping[str, GraderFunction], advance: Callable[[], None] = lambda: None
) -> AsyncIterator[Attempt]:
    """The attempts, graded again; `advance` is called after each that has a text. Those that failed stay failed."""
    judging, waiting = ByGraders(graders), iter(replies)

    async def judge(reply: Reply) -> Judged:
        judged = await _judged(reply, judging)
        if reply.text is not None:
            advance()
        return judged

    while batch := list(islice(waiting, AT_ONCE)):
        for reply, judged in zip(batch, await asyncio.gather(*map(judge, batch)), strict=True):
            yield replace(reply.attempt, **judged._asdict())


async def _judged(reply: Reply, judging: Judging) -> Judged:
    attempt = reply.attempt
    if reply.text is not None:
        return await judging.judge(reply.text, reply.finish_reason, reply.answer, reply.item)
    if attempt.outcome in {"error", "missing"}:
        return Judged(attempt.outcome, error=attempt.error)
    if attempt.outcome in UNJUDGED or attempt.outcome in {"correct", "partial", "wrong"}:
        return Judged("missing")  # its text is no call's, and was not kept
    return judging.unanswered(attempt.outcome)
