"""The rows of a task's data, each checked, with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationError

from promptkit.errors import UsageError
from promptkit.tasks.records import read_records
from promptkit.types import Example, Value


class Row(Value):
    """One row of a task's data. Fields that are not named here are kept as metadata."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    question: str = Field(min_length=1)
    target: str
    id: str = ""
    reasoning: str | None = None
    split: Literal["test", "train"] = "test"
    cluster: str = ""
    examples: tuple[Example, ...] = ()
    image: Annotated[tuple[str, ...], BeforeValidator(lambda given: (given,) if isinstance(given, str) else given)] = ()


def read_rows(path: Path) -> Iterator[tuple[str, str, Row]]:
    """The rows with their places and names, one at a time; each is checked."""
    records = read_records(path)
    if records.columns:
        _check_columns(records.columns, path)
    seen: set[str] = set()
    for record in records.rows:
        where = f"{path}, {record.place}"
        if record.problem:
            raise UsageError(f"{where}: {record.problem}")
        try:
            row = Row.model_validate(_by_field(record.value))
        except ValidationError as error:
            raise UsageError(f"{where}: {first_problem(error)}") from None
        name = row.id or str(record.number)
        if name in seen:
            raise UsageError(f"{where}: the id {name!r} is there twice; ids pair the strategies' answers")
        seen.add(name)
        yield record.place, name, row
    if not seen:
        raise UsageError(f"{path} has no rows")


def _check_columns(columns: tuple[str, ...], path: Path) -> None:
    for column in ("question", "target"):
        if column not in map(str.casefold, columns):
            raise UsageError(f"{path} has no column {column!r}; it has {', '.join(columns)}")


def _by_field(value: object) -> object:
    """The same with its fields in small letters, as spreadsheets often do not have them."""
    if not isinstance(value, Mapping):
        return value
    fields = {name.casefold(): name for name in Row.model_fields}
    return {fields.get(str(name).strip().casefold(), name): inner for name, inner in value.items()}


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "string_type" and isinstance(first["input"], bool):
        yes_no = f"{str(first['input']).lower()} is not a text (nor are yes, no, on and off in YAML)"
        return f"{where}: {yes_no}; put it in quotes"
    return f"{where}: {first['msg']}" if where else str(first["msg"])
