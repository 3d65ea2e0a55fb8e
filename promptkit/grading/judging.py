"""Judge replies while a run goes on, without holding up its event loop."""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Mapping
from typing import Protocol

from promptkit.answers import AnswerType
from promptkit.answers.prose.reply import without_thinking
from promptkit.errors import PromptkitError, UsageError
from promptkit.foreign import explain
from promptkit.grading.graders import (
    Grader,
    GraderFunction,
    ReadsAnswers,
    ScoreFunction,
    error_of,
    storable,
)
from promptkit.grading.threads import in_own_thread
from promptkit.outcomes import UNJUDGED, Grade, Judged, Outcome, judge, outcome_of
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

    What waits for another process is done in threads, as many at the same time as there are processors. With `strict`
    announced answers alone count.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self._judge = functools.partial(judge, strict=strict)
        self._processors = asyncio.Semaphore(os.cpu_count() or 1)

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """The outcome by its answer."""
        if not answer.is_slow:
            return self._judge(text, finish_reason, answer, item.target, item.question)
        async with self._processors:
            return await in_own_thread(self._judge, text, finish_reason, answer, item.target, item.question)

    def unanswered(self, outcome: Outcome) -> Judged:
        """That outcome."""
        return Judged(outcome)


class ByGraders:
    """Judges by graders, of which the first decides the outcome."""

    def __init__(self, functions: Mapping[str, GraderFunction]) -> None:
        rules = ByAnswer(strict=True)
        self._graders = tuple(
            _ByReading(name, function, rules) if isinstance(function, ReadsAnswers) else _ByScore(name, function)
            for name, function in functions.items()
        )

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """The outcome by the graders; functions see the reply without its thinking. A refusal without text is one."""
        shown = without_thinking(text, think_tags=answer.think_tags)
        if finish_reason == "refusal" and not shown.strip():
            return self.unanswered("refused")
        judged = await asyncio.gather(*(one.judge(text, finish_reason, answer, item) for one in self._graders))
        return judged[0]._replace(grades=tuple(grade for one in judged for grade in one.grades))

    def unanswered(self, outcome: Outcome) -> Judged:
        """That outcome, which is worth nothing by any grader."""
        return Judged(outcome, grades=tuple(Grade(grader.name, 0.0) for grader in self._graders))


class _ByScore:
    """Judges by a function."""

    def __init__(self, name: str, function: ScoreFunction) -> None:
        self.name, self._grader = name, Grader(name, function)

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:  # noqa: ARG002
        grade = await self._grader.grade(without_thinking(text, think_tags=answer.think_tags), item)
        return Judged(outcome_of(grade), error=grade.error, grades=(grade,))


class _ByReading:
    """Judges by answers that are read."""

    def __init__(self, name: str, reader: ReadsAnswers, rules: ByAnswer) -> None:
        self.name, self._reader, self._rules = name, reader, rules

    async def judge(self, text: str, finish_reason: FinishReason, answer: AnswerType, item: Item) -> Judged:
        """The outcome by the answer; a reader that fails leaves the reply ungraded.

        Raises:
            UsageError: an answer type that can't be used.
        """

        async def by_rules(stated: str, ended: FinishReason) -> Judged:
            return await self._rules.judge(stated, ended, answer, item)

        try:
            read = await self._reader.read(text, finish_reason, answer, item, by_rules)
        except UsageError:
            raise
        except PromptkitError as error:
            return _ungraded(self.name, error_of(self.name, error))
        except Exception as error:  # noqa: BLE001 - of a model of others
            return _ungraded(self.name, storable(f"{self.name} failed with {explain(error)}"))
        judged = read.judged
        if judged.error:
            judged = judged._replace(error=storable(f"{self.name}: {judged.error}"))
        score = None if judged.outcome in UNJUDGED else float(judged.outcome == "correct")
        said = (storable(read.reason), judged.error, read.usage, read.by, judged.outcome)
        return judged._replace(grades=(Grade(self.name, score, *said),))


def _ungraded(name: str, error: str) -> Judged:
    return Judged("ungraded", error=error, grades=(Grade(name, None, error=error),))


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
