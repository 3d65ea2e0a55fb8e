"""JSON as people have it: a value a line, packed or not, an array, or an object that holds one."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from promptkit.errors import UsageError
from promptkit.tasks.records.record import MOST_BYTES, Record, Records
from promptkit.text_files import read_any_encoding, read_packed_lines

_ARRAYS = ("examples", "data", "rows", "items", "questions", "tests", "test", "instances", "samples", "results")


def read_json_lines(path: Path) -> Records:
    """A record a line. A line that is no JSON is a record with a problem."""
    return Records(_lines(read_packed_lines(path)))


def read_json(path: Path) -> Records:
    """The elements of an array: the whole, or the one that an object holds beside other things.

    Raises:
        UsageError: it is not JSON, or holds several arrays of which none is known to be the rows.
    """
    text, _ = read_any_encoding(path, most=MOST_BYTES, only_unicode=True)
    try:
        value = json.loads(text)
    except RecursionError:
        raise UsageError(f"{path} is nested too deeply to be read") from None
    except ValueError as error:
        lines = list(_lines(iter(text.splitlines(keepends=True))))
        if len(lines) > 1 and not any(line.problem for line in lines):
            return Records(iter(lines), "JSON Lines")
        raise UsageError(f"{path} is not JSON: {error}") from None
    return records_of(value, path)


def records_of(value: object, path: Path) -> Records:
    """The records in what a file holds as one value.

    Raises:
        UsageError: it has none.
    """
    if isinstance(value, list):
        return Records(_elements(value))
    if not isinstance(value, Mapping):
        raise UsageError(f"{path} holds {_named(value)}; give an array of objects")
    arrays = {name: inner for name, inner in value.items() if _is_array(inner)}
    if len(arrays) > 1:
        arrays = {name: arrays[name] for name in _ARRAYS if name in arrays} or arrays
    if len(arrays) == 1 or next(iter(arrays), None) in _ARRAYS:
        name, array = next(iter(arrays.items()))
        return Records(_elements(array), f"the array {name!r}")
    if arrays:
        raise UsageError(
            f"{path} holds the arrays {', '.join(arrays)}; write the one with the rows to a file of its own"
        )
    if columns := _columns(value):
        return Records(_elements(columns), "an array a column")
    return Records(_elements([value]))


def _is_array(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _columns(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that is written by columns, as pandas does: lists, or objects by the number of the row."""
    lists = {name: list(c.values()) if isinstance(c, Mapping) else c for name, c in value.items()}
    whole = len(lists) > 1 and all(isinstance(c, list) for c in lists.values())
    if not whole or len({len(c) for c in lists.values()}) != 1:
        return []
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _elements(values: Sequence[object]) -> Iterator[Record]:
    for number, value in enumerate(values, start=1):
        yield Record(f"element {number}", number, value)


def _lines(lines: Iterator[str]) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield Record(f"line {number}", number, json.loads(line))
            except RecursionError:
                yield Record(f"line {number}", number, problem="it is nested too deeply to be read")
            except ValueError as error:
                yield Record(f"line {number}", number, problem=f"it is not JSON: {error}")


def _named(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
