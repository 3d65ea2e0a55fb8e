"""Ask a model in two wordings at the same time, and hand on what it writes as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from promptkit.backend import Backend
from promptkit.bench.forecast import LONG_REPLY, SHORT_REPLY
from promptkit.errors import PromptkitError
from promptkit.grading.judging import ByAnswer, Judging
from promptkit.previewing import preview
from promptkit.prices import cost_usd
from promptkit.streaming import Delta
from promptkit.streams import stream
from promptkit.tasks import Item, Task
from promptkit.token_counts import approximate_tokens
from promptkit.types import Completion, Prompt, Usage, Value

AT_ONCE = 4  # questions in flight


@dataclass(frozen=True)
class Question:
    """One row in one wording.

    Attributes:
        row: which row, from 0; `side` is which wording.
        judged_by: the task that judges the reply, and the item; `None` where there is no target.
    """

    row: int
    side: str
    backend: Backend
    prompt: Prompt
    judged_by: tuple[Task, Item] | None


class Estimate(Value):
    """What questions will about take: tokens as they are about counted, replies short or as long as allowed.

    Attributes:
        usd: the least and the most that is likely, in US dollars; `None` where the price is not known.
    """

    calls: int
    input_tokens: int
    output_tokens: tuple[int, int]
    usd: tuple[float, float] | None


def estimate(questions: Iterable[Question], model: str) -> Estimate:
    """What it will about take to ask `model`. Nothing is sent."""
    calls = [call for asked in questions for call in preview(asked.backend, asked.prompt)]
    tokens = sum(approximate_tokens(message.text) for call in calls for message in call.prompt.messages)
    longest = [call.prompt.max_tokens or LONG_REPLY for call in calls]
    written = sum(min(SHORT_REPLY, most) for most in longest), sum(longest)
    prices = [cost_usd(model, Usage(calls=len(calls), input_tokens=tokens, output_tokens=output)) for output in written]
    usd = None if prices[0] is None or prices[1] is None else (prices[0], prices[1])
    return Estimate(calls=len(calls), input_tokens=tokens, output_tokens=written, usd=usd)


async def asked(questions: Sequence[Question], model: str) -> AsyncIterator[dict[str, Any]]:
    """Events while the questions are answered: what is asked, pieces of replies, whole replies, and what it took.

    Leaving the iteration cancels the calls that are not answered.
    """
    events: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
    turn = asyncio.Semaphore(AT_ONCE)
    used, judging = list[Usage](), ByAnswer()

    async def one(question: Question) -> None:
        place = {"row": question.row, "side": question.side}
        async with turn:
            reading = stream(question.backend, question.prompt)
            try:
                async with reading:
                    async for piece in reading:
                        events.put_nowait({**place, **await _event(piece, question, model, judging)})
            except PromptkitError as error:
                events.put_nowait({**place, "kind": "error", "message": str(error)})
            finally:
                used.append(reading.usage)

    async def all_of_them() -> None:
        async with asyncio.TaskGroup() as group:
            for question in questions:
                group.create_task(one(question))

    yield {"kind": "begin", "sides": list(dict.fromkeys(q.side for q in questions)), "rows": _rows(questions)}
    asking = asyncio.create_task(all_of_them())
    asking.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        await asking  # where something of ours failed, it is raised here
        total = sum(used, Usage())
        yield {"kind": "end", "usage": total.model_dump(), "usd": cost_usd(model, total)}
    finally:
        asking.cancel()


def _rows(questions: Iterable[Question]) -> list[dict[str, Any]]:
    targets = {asked.row: asked.judged_by[1].target if asked.judged_by else None for asked in questions}
    return [{"row": row, "target": target} for row, target in targets.items()]


async def _event(piece: Delta | Completion, question: Question, model: str, judging: Judging) -> dict[str, Any]:
    if isinstance(piece, Delta):
        return {"kind": "piece", "text": piece.text, "path": piece.path, "restart": piece.restart}
    judged = target = None
    if question.judged_by is not None:
        task, item = question.judged_by
        target = item.target
        judged = await judging.judge(piece.text, piece.finish_reason, task.answer, item)
    return {
        "kind": "reply",
        "text": piece.text,
        "outcome": judged.outcome if judged else "",
        "answer": judged.answer if judged else None,
        "target": target,
        "cut_off": piece.finish_reason == "length",
        "seconds": piece.seconds,
        "usage": piece.usage.model_dump(),
        "usd": cost_usd(model, piece.usage),
        "note": piece.note,
    }
