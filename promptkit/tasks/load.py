"""Tasks: a YAML file beside its data, or bare data with `question` and `target`.

The answer-format sentence (`instruction`) is part of the question for every strategy, the baseline included;
otherwise a comparison would measure formatting. Examples come from the train split alone.
"""

from __future__ import annotations

import csv
import difflib
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ConfigDict, Field, ValidationError

from promptkit.answers import AnswerKind, AnswerType
from promptkit.data_files import data_path
from promptkit.errors import UsageError
from promptkit.types import Example, Prompt, Value

BARE = (".jsonl", ".csv")
_SHOWN = 80  # characters of a question in an error


class Row(Value):
    """One line of a task's data. Fields that are not named here are kept as metadata."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    question: str = Field(min_length=1)
    target: str
    id: str = ""
    reasoning: str | None = None
    split: Literal["test", "train"] = "test"
    cluster: str = ""
    examples: tuple[Example, ...] = ()


class TaskFile(Value):
    """What a task's YAML file says."""

    name: str
    description: str = ""
    answer: AnswerKind
    labels: tuple[str, ...] = ()
    instruction: str = ""
    shown_answer: str = "{target}"
    instructions: Mapping[str, Any] = Field(default_factory=dict)
    data: str
    train: str | None = None
    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its target. A strategy gets `prompt()`, never the item."""

    id: str
    question: str
    target: str
    cluster: str = ""
    examples: tuple[Example, ...] = ()

    def prompt(self, *, temperature: float | None = None, max_tokens: int | None = None) -> Prompt:
        """What is asked."""
        return Prompt.of(self.question, temperature=temperature, max_tokens=max_tokens)


@dataclass(frozen=True)
class Task:
    """Questions with targets, how their answers are read, and what strategies may show or say."""

    name: str
    answer: AnswerType
    items: tuple[Item, ...]
    train: tuple[Example, ...] = ()
    instructions: Mapping[str, Any] | None = None
    description: str = ""

    def limited(self, limit: int | None, seed: int) -> Task:
        """The same task with `limit` of its items, drawn with `seed`, in the order of the file."""
        if limit is None or limit >= len(self.items):
            return self
        chosen = sorted(random.Random(seed).sample(range(len(self.items)), limit))  # noqa: S311 - not for secrets
        return Task(
            self.name,
            self.answer,
            tuple(self.items[i] for i in chosen),
            self.train,
            self.instructions,
            self.description,
        )

    def shuffled(self, seed: int) -> Task:
        """The same task with its items in a random order, drawn with `seed`."""
        items = random.Random(seed).sample(self.items, len(self.items))  # noqa: S311 - not for secrets
        return Task(self.name, self.answer, tuple(items), self.train, self.instructions, self.description)


def load_task(name: str, *, answer: AnswerKind | None = None, labels: tuple[str, ...] = (), seed: int = 0) -> Task:
    """The task called `name`: a shipped suite, a `.yaml` file, or a `.jsonl` or `.csv` file.

    `answer` and `labels` say how answers are read; a YAML file says it itself. The train rows are shuffled with `seed`,
    so that `few-shot` shows the first of them.

    Raises:
        UsageError: no such task, or a row that can't be used; names the file and the line.
    """
    path = _find(name)
    if path.suffix in BARE:
        if answer is None:
            raise UsageError(
                f"{path}: how are its answers read? give --answer number, choice, label, date, text or json"
            )
        return _task(TaskFile(name=path.stem, answer=answer, labels=labels, data=path.name), path, seed)
    return _task(_read_yaml(path), path, seed)


def task_names() -> list[str]:
    """The tasks that ship with promptkit."""
    return sorted(p.stem for p in data_path("tasks").glob("*.yaml"))


def _find(name: str) -> Path:
    if name.endswith((".yaml", ".yml", *BARE)):
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"task file {name} does not exist")
        return path
    if name in (known := task_names()):
        return data_path("tasks") / f"{name}.yaml"
    close = difflib.get_close_matches(name, known, n=1)
    hint = (
        f"did you mean {close[0]}?" if close else f"there are {', '.join(known)}; or name a .yaml, .jsonl or .csv file"
    )
    raise UsageError(f"no task named {name!r}; {hint}")


def _read_yaml(path: Path) -> TaskFile:
    try:
        return TaskFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise UsageError(f"task {path}: {_explain(error)}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"task {path} is not YAML: {error}") from None


def _task(file: TaskFile, path: Path, seed: int) -> Task:
    try:
        answer = AnswerType(file.answer, file.labels)
    except UsageError as error:
        raise UsageError(f"task {path}: {error}") from None
    data = path.with_name(file.data)
    items: list[Item] = []
    train: list[Example] = []
    for number, name, row in _rows(data):
        _check_target(answer, row, f"{data}, line {number}")
        if row.split == "test":
            items.append(_item(name, row, file))
        else:
            train.append(_example(row.question, row.target, row.reasoning, file))
    if file.train:
        rows = _rows(path.with_name(file.train))
        train = [_example(row.question, row.target, row.reasoning, file) for _, _, row in rows]
    _check_apart(train, items, path)
    random.Random(seed).shuffle(train)  # noqa: S311 - not for secrets
    return Task(
        name=file.name,
        answer=answer,
        items=tuple(items),
        train=tuple(train),
        instructions=file.instructions or None,
        description=file.description,
    )


def _check_apart(train: list[Example], items: list[Item], path: Path) -> None:
    asked = {item.question for item in items} if train else ()
    for example in train:
        if example.question in asked:
            shown = example.question[:_SHOWN]
            raise UsageError(f"{path}: a train row is also a test question, which would show its answer: {shown!r}")


def _check_target(answer: AnswerType, row: Row, where: str) -> None:
    """A target that is no answer could never be hit: better said now than after the money is spent."""
    try:
        answer.check_target(row.target, question=row.question)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _item(name: str, row: Row, file: TaskFile) -> Item:
    examples = tuple(_example(e.question, e.answer, e.reasoning, file) for e in row.examples)
    return Item(name, _with_instruction(row.question, file), row.target, row.cluster, examples)


def _example(question: str, target: str, reasoning: str | None, file: TaskFile) -> Example:
    shown = file.shown_answer.replace("{target}", target)
    return Example(question=_with_instruction(question, file), answer=shown, reasoning=reasoning)


def _with_instruction(question: str, file: TaskFile) -> str:
    return f"{question}\n{file.instruction}" if file.instruction else question


def _rows(path: Path) -> Iterator[tuple[int, str, Row]]:
    """The rows with their line numbers and names, one at a time; each is checked."""
    read = _csv_rows if path.suffix == ".csv" else _jsonl_rows
    seen: set[str] = set()
    for number, raw in read(_lines(path), path):
        try:
            row = Row.model_validate(raw)
        except ValidationError as error:
            raise UsageError(f"{path}, line {number}: {_explain(error)}") from None
        name = row.id or str(number)
        if name in seen:
            raise UsageError(f"{path}, line {number}: the id {name!r} is there twice; ids pair the strategies' answers")
        seen.add(name)
        yield number, name, row
    if not seen:
        raise UsageError(f"{path} has no rows")


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except UnicodeDecodeError as error:  # it knows its place in a part of the file
        raise UsageError(f"{path} is not UTF-8 text: {error.reason}") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from None


def _jsonl_rows(lines: Iterator[str], path: Path) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UsageError(f"{path}, line {number} is not JSON: {error}") from None


def _csv_rows(lines: Iterator[str], path: Path) -> Iterator[tuple[int, object]]:
    reader = csv.DictReader(lines)
    for column in ("question", "target"):
        if column not in (reader.fieldnames or ()):
            raise UsageError(f"{path} has no column {column!r}; it has {', '.join(reader.fieldnames or ()) or 'none'}")
    try:
        for row in reader:
            yield reader.line_num, {k: v for k, v in row.items() if k and v not in (None, "")}
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}") from None


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
