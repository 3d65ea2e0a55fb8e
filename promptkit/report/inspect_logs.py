"""A run as logs that `inspect view` (inspect-ai) opens: one for each task and strategy, in a folder."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from inspect_ai.event import ModelEvent
from inspect_ai.log import (
    EvalConfig,
    EvalDataset,
    EvalError,
    EvalLog,
    EvalMetric,
    EvalResults,
    EvalSample,
    EvalScore,
    EvalSpec,
)
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    StopReason,
)
from inspect_ai.scorer import CORRECT, INCORRECT, NOANSWER, Score
from pydantic import BaseModel

from promptkit.analysis.summary import Row, tally
from promptkit.formatting import plain
from promptkit.outcomes import UNJUDGED, Attempt
from promptkit.record.reader import ItemAttempts, Run
from promptkit.types import Completion, FinishReason, Usage

SCORER = "promptkit"
_VALUES = {"correct": CORRECT, "wrong": INCORRECT}  # the rest has no answer to judge
_STOPS: dict[FinishReason, StopReason] = {
    "stop": "stop",
    "length": "max_tokens",
    "refusal": "content_filter",
    "unknown": "unknown",
}


def write(run: Run, output: Path) -> list[Path]:
    """Write the logs into the folder `output`, which is made when missing; all files written."""
    output.mkdir(mode=0o700, exist_ok=True)
    started, written = _started(run), []
    for number, row in enumerate(tally(run.attempts()).summary().rows, start=1):
        written.append(output / f"{number:02}-{_slug(row.task)}-{_slug(row.strategy)}.eval")
        with contextlib.closing(_Log(written[-1], row, started)) as log:
            for asked in run.item_attempts((row.task, row.strategy, row.model)):
                for attempt in asked.attempts:
                    log.add(_sample(asked, attempt, run, started))
    return written


class _Log:
    """A log file that is written sample by sample: inspect's own writer holds them all. Close it.

    It is an archive of JSON, one entry a sample; those of the whole log come last, when they are known.
    """

    def __init__(self, file: Path, row: Row, started: datetime) -> None:
        self._row = row
        file.touch(mode=0o600)
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self._summaries = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the log
        self._samples = self._completed = 0
        self._spec = EvalSpec(
            created=started.isoformat(),
            task=plain(row.task),
            solver=plain(row.strategy),
            model=plain(row.model),
            dataset=EvalDataset(name=plain(row.task), samples=row.n),
            config=EvalConfig(),
        )

    def add(self, sample: EvalSample) -> None:
        """Write a sample."""
        self._archive.writestr(f"samples/{sample.id}_epoch_{sample.epoch}.json", _json(sample))
        self._summaries.write((b"," if self._samples else b"[") + _json(sample.summary()))
        self._samples += 1
        self._completed += sample.error is None

    def close(self) -> None:
        """Write what holds for all samples."""
        row = self._row
        measured = {"accuracy": row.accuracy, "low": row.low, "high": row.high}
        metrics = {name: EvalMetric(name=name, value=value) for name, value in measured.items() if value is not None}
        results = EvalResults(
            total_samples=self._samples,
            completed_samples=self._completed,
            scores=[EvalScore(name=SCORER, scorer=SCORER, metrics=metrics)],
        )
        header = EvalLog(status="success", eval=self._spec, results=results)
        with self._archive, self._summaries:
            self._summaries.write(b"]" if self._samples else b"[]")
            self._summaries.seek(0)
            with self._archive.open("summaries.json", "w") as entry:
                shutil.copyfileobj(self._summaries, entry)
            start = header.model_dump(mode="json", include={"version", "eval", "plan"}, exclude_none=True)
            self._archive.writestr("_journal/start.json", json.dumps(start))
            self._archive.writestr("header.json", _json(header))


def _json(value: BaseModel) -> bytes:
    return value.model_dump_json(exclude_none=True).encode()


def _sample(asked: ItemAttempts, attempt: Attempt, run: Run, started: datetime) -> EvalSample:
    found = run.calls(key for _, key in attempt.calls)
    calls = [(step, found[key]) for step, key in attempt.calls if key in found]
    reply = found.get(attempt.reply, calls[-1][1] if calls else None)
    return EvalSample(
        id=plain(asked.item),
        epoch=attempt.replicate + 1,
        input=plain(asked.question),
        target=plain(asked.target),
        messages=[*_messages(reply), _reply(reply)] if reply else [],
        output=_output(reply) if reply else ModelOutput(),
        scores=None if attempt.outcome in UNJUDGED else {SCORER: _score(attempt)},
        metadata={"outcome": attempt.outcome, "fallbacks": [plain(fallback) for fallback in attempt.fallbacks]},
        events=[_event(step, call, started) for step, call in calls],
        model_usage={plain(attempt.model): _usage(attempt.usage)},
        total_time=attempt.seconds,
        error=EvalError(message=plain(attempt.error), traceback="", traceback_ansi="") if attempt.error else None,
    )


def _score(attempt: Attempt) -> Score:
    return Score(
        value=(attempt.score or 0.0) if attempt.grades else _VALUES.get(attempt.outcome, NOANSWER),
        answer=None if attempt.answer is None else plain(attempt.answer),
        explanation=_reason(attempt),
    )


def _reason(attempt: Attempt) -> str:
    if attempt.grades:
        return plain("; ".join(f"{g.metric}: {g.score} {g.reason}".rstrip() for g in attempt.grades))
    return f"{attempt.outcome}; found by: {plain(attempt.rule)}" if attempt.rule else attempt.outcome


def _event(step: str, call: Completion, started: datetime) -> ModelEvent:
    return ModelEvent(
        timestamp=started,
        working_start=0,
        model=plain(call.by),
        metadata={"step": plain(step)},
        input=_messages(call),
        tools=[],
        tool_choice="none",
        config=GenerateConfig(
            temperature=call.prompt.temperature,
            max_tokens=call.prompt.max_tokens,
            stop_seqs=list(call.prompt.stop) or None,
        ),
        output=_output(call),
        working_time=call.seconds,
    )


def _messages(call: Completion) -> list[ChatMessage]:
    kinds = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}
    return [kinds[m.role](content=plain(m.shown)) for m in call.prompt.messages]


def _reply(call: Completion) -> ChatMessageAssistant:
    return ChatMessageAssistant(content=plain(call.text), source="generate", model=plain(call.by))


def _output(call: Completion) -> ModelOutput:
    choice = ChatCompletionChoice(message=_reply(call), stop_reason=_STOPS[call.finish_reason])
    return ModelOutput(model=plain(call.by), choices=[choice], usage=_usage(call.usage), time=call.seconds)


def _usage(usage: Usage) -> ModelUsage:
    return ModelUsage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.input_tokens + usage.output_tokens,
        input_tokens_cache_read=usage.cached_tokens,
        reasoning_tokens=usage.reasoning_tokens,
    )


def _started(run: Run) -> datetime:
    """When the run's first call was asked; the log wants a time even where the record has none."""
    first, _ = run.period()
    return datetime.fromisoformat(first) if first else datetime.fromtimestamp(0, UTC)


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:60] or "x"
