"""Tasks: a YAML file beside its data, or bare data with `question` and `target`.

The answer-format sentence (`instruction`) is part of the question for every strategy, the baseline included;
otherwise a comparison would measure formatting. Examples come from the train split alone.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from promptkit.answers import AnswerKind, AnswerType
from promptkit.data_files import data_path
from promptkit.errors import UsageError
from promptkit.image import Image
from promptkit.image_files import read_image
from promptkit.leaks import leaking, normal_question
from promptkit.tasks.files import Row, first_problem, read_rows
from promptkit.tasks.records import SUFFIXES, is_records
from promptkit.tasks.task import Item, Task
from promptkit.text_files import read_text
from promptkit.types import Example, Value
from promptkit.yaml_text import YamlError, parse_yaml

_SHOWN = 80  # characters of a question in an error


class TaskFile(Value):
    """The content of a task's YAML file. `data` and `train` are paths, from the folder that it is in."""

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


def load_task(name: str, *, answer: AnswerKind | None = None, labels: tuple[str, ...] = (), seed: int = 0) -> Task:
    """The task called `name`: a shipped one, a `.yaml` file, or a file of rows (`promptkit.tasks.records`).

    `answer` and `labels` state how answers are read; a YAML file states it itself. The train rows are shuffled with
    `seed`, so that `few-shot` shows the first of them.

    Raises:
        UsageError: no such task, or a row that can't be used; names the file and the line.
    """
    path = _find(name)
    if is_records(path.name):
        if answer is None:
            raise UsageError(f"{path} does not state how its answers are read; give `answer`, such as number or choice")
        return _task(
            TaskFile(name=path.name.partition(".")[0], answer=answer, labels=labels, data=path.name), path, seed
        )
    return _task(_read_yaml(path), path, seed)


def task_names() -> list[str]:
    """The tasks that ship with promptkit."""
    return sorted(p.stem for p in data_path("tasks").glob("*.yaml"))


def _find(name: str) -> Path:
    if name.endswith((".yaml", ".yml")) or is_records(name):
        path = Path(name)
        if not path.exists():
            raise UsageError(f"task file {name} does not exist")
        return path
    if name in (known := task_names()):
        return data_path("tasks") / f"{name}.yaml"
    close = difflib.get_close_matches(name, known, n=1)
    hint = (
        f"did you mean {close[0]}?"
        if close
        else f"there are {', '.join(known)}; or name a file: .yaml, {', '.join(SUFFIXES)}"
    )
    raise UsageError(f"no task named {name!r}; {hint}")


def _read_yaml(path: Path) -> TaskFile:
    try:
        return TaskFile.model_validate(parse_yaml(read_text(path), numbers=False))
    except ValidationError as error:
        raise UsageError(f"task {path}: {first_problem(error)}") from None
    except YamlError as error:
        raise UsageError(f"task {path} is not YAML: {error}") from None


def _task(file: TaskFile, path: Path, seed: int) -> Task:
    try:
        answer = AnswerType(file.answer, file.labels)
    except UsageError as error:
        raise type(error)(f"task {path}: {error}") from None
    data = path.parent / file.data
    items: list[Item] = []
    train: list[Example] = []
    for place, name, row in read_rows(data):
        _check_target(answer, row, f"{data}, {place}")
        if row.split == "test":
            if not row.image and leaking(row.examples, row.question):
                raise UsageError(f"{data}, {place}: one of its examples is its question; take it out")
            items.append(_item(name, row, file, _images(row, data, place)))
        elif row.image:
            raise UsageError(f"{data}, {place}: a train row has an image, and examples show none; take it out")
        else:
            train.append(_example(row.question, row.target, row.reasoning, file))
    if file.train:
        rows = read_rows(path.parent / file.train)
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
    """Refuse a train row that is a test question too, or is one but for case and blanks."""
    asked = {normal_question(item.question): item for item in items if not item.images} if train else {}
    for example in train:
        if item := asked.get(normal_question(example.question)):
            raise UsageError(
                f"{path}: a train row is also the test question {item.id}, which would show its answer: "
                f"{example.question[:_SHOWN]!r}; take one of them out"
            )


def _check_target(answer: AnswerType, row: Row, where: str) -> None:
    """A target that is not an answer could never be hit; found now, and not after the money is spent."""
    try:
        answer.check_target(row.target, question=row.question)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _images(row: Row, data: Path, place: str) -> tuple[Image, ...]:
    try:
        return tuple(read_image(name, folder=data.parent) for name in row.image)
    except UsageError as error:
        raise UsageError(f"{data}, {place}: {error}") from None


def _item(name: str, row: Row, file: TaskFile, images: tuple[Image, ...]) -> Item:
    examples = tuple(_example(e.question, e.answer, e.reasoning, file) for e in row.examples)
    asked = _with_instruction(row.question, file)
    return Item(name, asked, row.target, row.cluster, examples, file.instruction, images)


def _example(question: str, target: str, reasoning: str | None, file: TaskFile) -> Example:
    shown = file.shown_answer.replace("{target}", target)
    return Example(question=_with_instruction(question, file), answer=shown, reasoning=reasoning)


def _with_instruction(question: str, file: TaskFile) -> str:
    return f"{question}\n{file.instruction}" if file.instruction else question
