"""The rows of a task's data: JSON lines or CSV, each checked, with its place in the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from promptkit.errors import UsageError
from promptkit.types import Example, Value


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


def read_rows(path: Path) -> Iterator[tuple[int, str, Row]]:
    """The rows with their line numbers and names, one at a time; each is checked."""
    read = _csv_rows if path.suffix == ".csv" else _jsonl_rows
    seen: set[str] = set()
    for number, raw in read(_lines(path), path):
        try:
            row = Row.model_validate(raw)
        except ValidationError as error:
            raise UsageError(f"{path}, line {number}: {first_problem(error)}") from None
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


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
