"""Score recorded outputs: the same comparison as a benchmark, without calling anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from promptkit.analysis.logs import read_log
from promptkit.answers import AnswerKind, AnswerType
from promptkit.answers.targets import any_of
from promptkit.errors import UsageError
from promptkit.formatting import counted
from promptkit.outcomes import OUTCOMES, Attempt, Judged, judge
from promptkit.record.reader import open_run
from promptkit.tasks import Task
from promptkit.tasks.problems import Unusable
from promptkit.types import FinishReason, Value

_NAMED = 12  # columns in a note
_OF_A_REPORT = frozenset({"task", "strategy", "model", "item", "outcome", "replicate"})


def _one_text(target: object) -> object:
    """Several targets as one text; any other is itself."""
    if isinstance(target, list) and target and all(isinstance(one, (str, int, float)) for one in target):
        return any_of([str(one) for one in target])
    return target


class Recorded(Value):
    """One line of a file of recorded outputs. Other fields are ignored.

    Attributes:
        question, target: what was asked, and the right answer; or a list of several, of which any is right.
        outputs: the replies: several when one prompt was sampled several times (each is a draw), or one a step. A
            `null` is a reply whose text was not kept. A single one may be given as `output`.
        steps: names of successive calls, when `outputs` are those; then the last one counts.
        item: pairs rows across strategies; the question when not given.
        finish_reason: of every output, where it was kept.
        official_correct: the source's own verdict, which is not used for scoring; `promptkit rescore` compares with it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    question: str
    target: Annotated[str, BeforeValidator(_one_text)]
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
            row is left out, and so is one that is no recorded output. `None`: such a row is an error.
        columns: where the parts of a recorded output stand, as far as they are not found by their names.
        items: the task whose items were asked, for logs that have no targets.
        noted: called with what a file was read as, and which of its columns are not used.
        graded: the replies are for graders: a row needs no target, and no answer is read.
    """

    answer: AnswerKind | None = None
    labels: tuple[str, ...] = ()
    think_tags: tuple[str, ...] = ()
    allow_code: bool = False
    unjudged: Callable[[str], None] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    items: Task | None = None
    noted: Callable[[str], None] | None = None
    graded: bool = False


AS_STATED = Reading()  # by the rows themselves


def score_files(paths: Iterable[Path], reading: Reading = AS_STATED) -> Iterator[Attempt]:
    """The attempts in recorded outputs: one's own, logs of others (`promptkit.analysis.logs`), runs and reports.

    Raises:
        UsageError: a file that can't be read, or a row that is not a recorded output; names both.
    """
    for path in paths:
        if path.is_dir():
            yield from _run_attempts(path, reading)
            continue
        for found in _rows_of(path, reading, as_reported=reading.answer is None):
            yield from found.attempts


def recorded_rows(
    paths: Iterable[Path], reading: Reading = AS_STATED
) -> Iterator[tuple[Recorded, list[Attempt], AnswerType]]:
    """Every row of the files, with its attempts, one a draw, and how its answers are read."""
    for path in paths:
        for found in _rows_of(path, reading):
            if found.judged:
                yield found.judged[0], found.attempts, found.judged[1]


@dataclass(frozen=True, slots=True)
class _Found:
    """The attempts of a row, and how they were judged: nothing where a report has the verdicts."""

    attempts: list[Attempt]
    judged: tuple[Recorded, AnswerType] | None = None


def _rows_of(path: Path, reading: Reading, *, as_reported: bool = False) -> Iterator[_Found]:
    """`as_reported`: rows of a `report.csv` keep their verdict."""
    drawn: Counter[tuple[str, str, str, str]] = Counter()
    log = read_log(path, columns=reading.columns, items=reading.items, graded=reading.graded)
    unused, count, place = dict[str, None](), 0, 0
    for place, record in enumerate(log.rows, start=1):  # noqa: B007 - of the last one
        where = f"{path}, {record.place}"
        try:
            if record.problem:
                raise Unusable(record.problem)
            if as_reported and isinstance(record.value, Mapping) and (kept := _report_attempt(record.value)):
                yield _Found([kept])
                continue
            row = _row(_with_target(record.value) if reading.graded else record.value)
            kind = _answer_type(row, reading)
            if not reading.graded and reading.unjudged and (problem := _problem(row, kind)):
                raise Unusable(problem)
            read = None if reading.graded else kind
            attempts = [_attempt(row, text, read, path, drawn) for text in row.draws]
        except Unusable as reason:
            if reading.unjudged is None:
                raise UsageError(f"{where}: {reason}") from None
            reading.unjudged(f"{where}: {reason}")
            continue
        except UsageError as error:
            raise UsageError(f"{where}: {error}") from None
        count += 1
        if isinstance(record.value, Mapping):
            unused |= dict.fromkeys(str(name) for name in record.value if name not in Recorded.model_fields)
        yield _Found(attempts, (row, kind))
    if not place:
        raise UsageError(f"{path} has no rows")
    _note(reading, path, log.kind, count, list(unused))


def _note(reading: Reading, path: Path, kind: str, count: int, unused: Sequence[str]) -> None:
    if reading.noted and kind:
        reading.noted(f"{path}: read as {kind}, {counted(count, 'row')}")
    if reading.noted and unused:
        more = f" and {len(unused) - _NAMED} more" if len(unused) > _NAMED else ""
        reading.noted(f"{path}: columns not used: {', '.join(unused[:_NAMED])}{more}")


def _attempt(
    row: Recorded, text: str | None, answer: AnswerType | None, path: Path, drawn: Counter[tuple[str, str, str, str]]
) -> Attempt:
    strategy = row.strategy or path.name.partition(".")[0]
    group = (row.task or "recorded", strategy, row.model or "unknown", row.item or row.question)
    judged = Judged("missing")
    if text is not None and answer is not None:
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


def _with_target(value: object) -> object:
    """A row whose target is empty where it has none."""
    lacks = isinstance(value, Mapping) and value.get("target") in (None, [])
    return {**value, "target": ""} if isinstance(value, Mapping) and lacks else value


def _row(value: object) -> Recorded:
    """The recorded output that a row is.

    Raises:
        Unusable: it is none.
    """
    try:
        row = Recorded.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing" and isinstance(value, Mapping):
            raise Unusable(_lacks(where, value)) from None
        raise Unusable(f"{where or 'row'}: {first['msg']}") from None
    if not {"output", "outputs"} & row.model_fields_set:
        raise Unusable(_lacks("output", value if isinstance(value, Mapping) else {}))
    return row


def _lacks(part: str, row: Mapping[object, object]) -> str:
    there = [str(name) for name in row if name not in Recorded.model_fields]
    return f"it has no {part}" + (f"; name its column, one of {', '.join(there[:_NAMED])}" if there else "")


def _run_attempts(path: Path, reading: Reading) -> Iterator[Attempt]:
    """The attempts of a run, as the run judged them, or judged again by another kind of answer.

    Raises:
        UsageError: it is not a run's directory, or its record can't be read.
    """
    with open_run(path) as run:
        if reading.answer is None:
            yield from run.attempts()
            return
        kind = AnswerType(reading.answer, reading.labels, reading.think_tags, reading.allow_code)
        for found in run.judgeable(lambda attempt: [("", attempt.reply)], answer=kind):
            _, call = found.calls[0]
            judged = judge(call.text, call.finish_reason, kind, found.target, found.question)
            yield replace(found.attempt, **judged._asdict())


def _report_attempt(row: Mapping[str, Any]) -> Attempt | None:
    """An attempt in a row of `report.csv`, as its run judged it; nothing in another row."""
    if not row.keys() >= _OF_A_REPORT or row["outcome"] not in OUTCOMES:
        return None
    task, strategy, model, item = (str(row[name]) for name in ("task", "strategy", "model", "item"))
    replicate = str(row.get("replicate", 0))
    return Attempt(
        task,
        strategy,
        model,
        item,
        row["outcome"],
        int(replicate) if replicate.isdecimal() else 0,
        row.get("answer"),
        str(row.get("rule", "")),
        cluster=str(row.get("cluster", "")),
    )
