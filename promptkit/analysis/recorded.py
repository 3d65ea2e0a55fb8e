"""Score recorded outputs: the same comparison as a benchmark, without calling anything."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, Field, ValidationError

from promptkit.answers import AnswerKind, AnswerType
from promptkit.errors import UsageError
from promptkit.outcomes import Attempt, Judged, judge
from promptkit.text_files import refuse_others
from promptkit.types import FinishReason, Value


class Recorded(Value):
    """One line of a file of recorded outputs. Other fields are ignored.

    Attributes:
        question, target: what was asked, and the right answer.
        outputs: the replies: several when one prompt was sampled several times (each is a draw), or one a step. A
            `null` is a reply whose text was not kept. A single one may be given as `output`.
        steps: names of successive calls, when `outputs` are those; then the last one counts.
        item: pairs rows across strategies; the question when not given.
        finish_reason: of every output, where it was kept.
        official_correct: the source's own verdict, which is not used for scoring; `promptkit rescore` compares with it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    question: str
    target: str
    strategy: str = ""
    outputs: tuple[str | None, ...] = ()
    output: str | None = None
    steps: tuple[str, ...] | None = None
    item: str = ""
    task: str = ""
    model: str = ""
    answer_type: AnswerKind | None = None
    labels: tuple[str, ...] | None = Field(default=None)
    cluster: str = ""
    finish_reason: FinishReason = "unknown"
    official_correct: bool | None = None

    @property
    def draws(self) -> tuple[str | None, ...]:
        """The replies that count, each an independent draw."""
        replies = self.outputs if "outputs" in self.model_fields_set else (self.output,)
        return replies[-1:] if self.steps else replies


@dataclass(frozen=True)
class Reading:
    """How answers are read where a row of a file does not state it (`answer_type`, `labels`).

    Attributes:
        answer: the kind of answer; `labels`: those of kind `label`.
        think_tags: how models mark their thinking; `allow_code`: whether code may be run. Both are those of
            `promptkit.answers.AnswerType`.
        unjudged: called with the file, the line and the reason for a row whose target is not an answer of its kind; the
            row is left out. `None`: such a row is an error.
    """

    answer: AnswerKind | None = None
    labels: tuple[str, ...] = ()
    think_tags: tuple[str, ...] = ()
    allow_code: bool = False
    unjudged: Callable[[str], None] | None = None


AS_STATED = Reading()  # by the rows themselves


def score_files(paths: Iterable[Path], reading: Reading = AS_STATED) -> Iterator[Attempt]:
    """The attempts recorded in `.jsonl` or `.jsonl.gz` files.

    Raises:
        UsageError: a file that can't be read, or a line that is not a recorded output; names both.
    """
    for _, attempts, _ in recorded_rows(paths, reading):
        yield from attempts


def recorded_rows(
    paths: Iterable[Path], reading: Reading = AS_STATED
) -> Iterator[tuple[Recorded, list[Attempt], AnswerType]]:
    """Every row of the files, with its attempts, one a draw, and how its answers are read."""
    for path in paths:
        drawn: Counter[tuple[str, str, str, str]] = Counter()
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            row = _row(line, path, number)
            try:
                kind = _answer_type(row, reading)
                if reading.unjudged and (problem := _problem(row, kind)):
                    reading.unjudged(f"{path}, line {number}: {problem}")
                    continue
                attempts = [_attempt(row, text, kind, path, drawn) for text in row.draws]
            except UsageError as error:
                raise UsageError(f"{path}, line {number}: {error}") from None
            yield row, attempts, kind


def _attempt(
    row: Recorded, text: str | None, answer: AnswerType, path: Path, drawn: Counter[tuple[str, str, str, str]]
) -> Attempt:
    strategy = row.strategy or path.name.partition(".")[0]
    group = (row.task or "recorded", strategy, row.model or "unknown", row.item or row.question)
    judged = Judged("missing")
    if text is not None:
        judged = judge(text, row.finish_reason, answer, row.target, row.question)
    drawn[group] += 1
    return Attempt(*group, replicate=drawn[group] - 1, cluster=row.cluster, **judged._asdict())


def _problem(row: Recorded, kind: AnswerType) -> str:
    """Why the target of `row` can't be judged by; empty where it can."""
    try:
        kind.check_target(row.target, question=row.question)
    except UsageError as error:
        return str(error)
    return ""


def _answer_type(row: Recorded, reading: Reading) -> AnswerType:
    kind = row.answer_type or reading.answer
    if row.answer_type and ":" in row.answer_type:
        raise UsageError(
            f"answer_type {row.answer_type!r} is a Python path, which data can't name; give it as `answer`"
        )
    if kind is None:
        raise UsageError("no answer_type; add it, or give `answer`")
    labels = (row.labels or reading.labels) if kind == "label" else ()
    return AnswerType(kind, labels, reading.think_tags, reading.allow_code)


def _row(line: str, path: Path, number: int) -> Recorded:
    try:
        raw = json.loads(line)
    except RecursionError:
        raise UsageError(f"{path}, line {number} is nested too deep to be read") from None
    except ValueError as error:
        raise UsageError(f"{path}, line {number} is not JSON: {error}") from None
    try:
        row = Recorded.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{path}, line {number}: {where or 'row'}: {first['msg']}") from None
    if not {"output", "outputs"} & row.model_fields_set:
        raise UsageError(f"{path}, line {number}: neither output nor outputs; give the reply to score")
    return row


def _lines(path: Path) -> Iterator[str]:
    packed = path.suffix == ".gz"
    try:
        refuse_others(path)
        with gzip.open(path, "rt", encoding="utf-8-sig") if packed else path.open(encoding="utf-8-sig") as file:
            yield from file
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    except (OSError, EOFError) as error:
        raise UsageError(f"{path} can't be read: {error}") from None
