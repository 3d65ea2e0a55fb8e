"""Grade recorded replies by graders, without asking anything again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from promptkit.analysis.recorded import Reading, recorded_rows
from promptkit.analysis.summary import Tallies
from promptkit.answers import AnswerType
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


def replies_of_run(run: Run, think_tags: Sequence[str] = ()) -> Iterator[Reply]:
    """The attempts of a run with their replies, in the order of its items."""
    kind = AnswerType("exact", think_tags=tuple(think_tags) or run.think_tags)
    for asked in run.item_attempts():
        calls = run.calls(attempt.reply for attempt in asked.attempts)
        for attempt in asked.attempts:
            item = Item(attempt.item, asked.question, asked.target, attempt.cluster)
            call = calls.get(attempt.reply)
            if call is None:
                yield Reply(attempt, item, None, "unknown", kind)
            else:
                yield Reply(attempt, item, call.text, call.finish_reason, kind)


def replies_in_files(paths: Iterable[Path], reading: Reading) -> Iterator[Reply]:
    """The replies of recorded files, one a draw; graders read them whole, and a row needs no target."""
    for row, attempts, kind in recorded_rows(paths, replace(reading, answer=reading.answer or "exact", graded=True)):
        for text, attempt in zip(row.draws, attempts, strict=True):
            item = Item(attempt.item, row.question, row.target, row.cluster)
            yield Reply(attempt, item, text, row.finish_reason, kind)


async def regraded(replies: Iterable[Reply], graders: Mapping[str, GraderFunction]) -> Tallies:
    """The attempts, graded again and counted. Those that failed stay failed."""
    counted = Tallies()
    async for attempt in graded_attempts(replies, graders):
        counted.add(attempt)
    return counted


async def graded_attempts(replies: Iterable[Reply], graders: Mapping[str, GraderFunction]) -> AsyncIterator[Attempt]:
    """The attempts, graded again. Those that failed stay failed."""
    judging, waiting = ByGraders(graders), iter(replies)
    while batch := list(islice(waiting, AT_ONCE)):
        for reply, judged in zip(batch, await asyncio.gather(*(_judged(r, judging) for r in batch)), strict=True):
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
