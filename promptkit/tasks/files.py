"""The rows of a task's data: JSON lines or CSV, each checked, with its place in the file."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, ValidationError

from promptkit.errors import UsageError
from promptkit.text_files import read_lines
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
    for number, raw in read(read_lines(path), path):
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


def _jsonl_rows(lines: Iterator[str], path: Path) -> Iterator[tuple[int, object]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except RecursionError:
                raise UsageError(f"{path}, line {number} is nested too deep to be read") from None
            except ValueError as error:
                raise UsageError(f"{path}, line {number} is not JSON: {error}") from None


def _csv_rows(lines: Iterator[str], path: Path) -> Iterator[tuple[int, object]]:
    reader = csv.reader(lines)
    try:
        columns = next(reader, [])
        for column in ("question", "target"):
            if column not in columns:
                raise UsageError(
                    f"{path} has no column {column!r}; it has {', '.join(filter(None, columns)) or 'none'}"
                )
        for cells in reader:
            if any(cells[len(columns) :]):
                count = f"{len(cells)} cells, and the header has {len(columns)}"
                raise UsageError(f"{path}, line {reader.line_num}: {count}; put a text with commas in quotes")
            if cells:
                yield reader.line_num, {k: v for k, v in zip(columns, cells, strict=False) if k and v}
    except csv.Error as error:
        way_out = "; .jsonl has no such limit" if "field limit" in str(error) else ""
        raise UsageError(f"{path}, line {reader.line_num}: {error}{way_out}") from None


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "string_type" and isinstance(first["input"], bool):
        yes_no = f"{str(first['input']).lower()} is not a text (nor are yes, no, on and off in YAML)"
        return f"{where}: {yes_no}; put it in quotes"
    return f"{where}: {first['msg']}" if where else str(first["msg"])
