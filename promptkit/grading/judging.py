"""Judge replies while a run goes on, without holding up its event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from typing import Protocol

from promptkit.answers import AnswerType
from promptkit.answers.reply import without_thinking
from promptkit.grading.graders import Grader, GraderFunction
from promptkit.grading.threads import in_own_thread
from promptkit.outcomes import Grade, Judged, Outcome, judge, outcome_of
from promptkit.tasks import Item
from promptkit.types import FinishReason


class Judging(Protocol):
    """Judges a reply."""

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """What the reply `text` to `item` is worth."""
        ...

    def unanswered(self, outcome: Outcome) -> Judged:
        """What an attempt is worth that came to no reply."""
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

    def unanswered(self, outcome: Outcome) -> Judged:
        """That outcome."""
        return Judged(outcome)


class ByGraders:
    """Judges by graders, of which the first decides the outcome."""

    def __init__(self, functions: Mapping[str, GraderFunction]) -> None:
        self._graders = tuple(Grader(name, function) for name, function in functions.items())

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """The outcome by the graders, which see the reply without its thinking; a refusal without text is one."""
        shown = without_thinking(text, think_tags=answer.think_tags)
        if finish_reason == "refusal" and not shown.strip():
            return self.unanswered("refused")
        grades = tuple(await asyncio.gather(*(grader.grade(shown, item) for grader in self._graders)))
        return Judged(outcome_of(grades[0]), error=grades[0].error, grades=grades)

    def unanswered(self, outcome: Outcome) -> Judged:
        """That outcome, which is worth nothing by any grader."""
        return Judged(outcome, grades=tuple(Grade(grader.name, 0.0) for grader in self._graders))


def judging_by(functions: Mapping[str, GraderFunction]) -> Judging:
    """By these graders, or by answers where there are none."""
    return ByGraders(functions) if functions else ByAnswer()


class Unjudged:
    """Judges nothing: for forecasts, whose replies nobody wrote."""

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:  # noqa: ARG002
        """No text that could be judged."""
        return Judged("missing")

    def unanswered(self, outcome: Outcome) -> Judged:
        """That outcome."""
        return Judged(outcome)
