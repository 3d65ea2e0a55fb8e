"""Judge replies while a run goes on, without holding up its event loop."""

from __future__ import annotations

import asyncio
import os
from typing import Protocol

from promptkit.answers import AnswerType
from promptkit.grading.threads import in_own_thread
from promptkit.outcomes import Judged, judge
from promptkit.tasks import Item
from promptkit.types import FinishReason


class Judging(Protocol):
    """Judges a reply."""

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """What the reply `text` to `item` is worth."""
        ...


class ByAnswer:
    """Judges by the answer that is read from a reply (`promptkit.outcomes.judge`).

    What waits for another process is done in threads, as many at the same time as there are processors.
    """

    def __init__(self) -> None:
        self._processors = asyncio.Semaphore(os.cpu_count() or 1)

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """The outcome by its answer."""
        if not answer.is_slow:
            return judge(text, finish_reason, answer, item.target, item.question)
        async with self._processors:
            return await in_own_thread(judge, text, finish_reason, answer, item.target, item.question)


class Unjudged:
    """Judges nothing: for forecasts, whose replies nobody wrote."""

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:  # noqa: ARG002
        """No text that could be judged."""
        return Judged("missing")
