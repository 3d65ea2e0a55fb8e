"""CSV as people have it: any separator, any of the usual encodings, blank rows, and the `sep=` line of Excel."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.tasks.records.record import MOST_BYTES, Record, Records
from promptkit.text_files import read_any_encoding

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_STATED = re.compile(r"sep=(.)\n", re.IGNORECASE)
_LOOKED_AT = 20  # rows, to find the separator
_HEAD = 1_000_000  # characters that they are among


def read_csv(path: Path, *, separator: str = "") -> Records:
    """The rows below the header, whose cells `separator` separates; without one it is found.

    Raises:
        UsageError: it can't be read, has no header, or a header that has a name twice.
    """
    text, encoding = read_any_encoding(path, most=MOST_BYTES)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    stated = _STATED.match(text)
    expected = "\t" if ".tsv" in path.suffixes or ".tab" in path.suffixes else ","
    found = separator or (stated[1] if stated else _separator(text, expected))
    reader = csv.reader(io.StringIO(text[stated.end() :] if stated else text, newline=""), delimiter=found)
    before = 1 if stated else 0  # lines
    header = _header(reader, path, before)
    columns = tuple(name.strip() or f"column {number}" for number, name in enumerate(header, start=1))
    named = [name for name, written in zip(columns, header, strict=True) if written.strip()]
    if twice := next((name for name in named if named.count(name) > 1), None):
        raise UsageError(f"{path} has the column {twice!r} twice; rename one")
    how = [f"separated by {_named(found)}"] if found not in (expected, separator) else []
    how += [encoding] if encoding != "UTF-8" else []
    rows = _rows(reader, columns, _named(found), path, before)
    return Records(rows, ", ".join(how), columns, reader.line_num + before, separator=found)


def _separator(text: str, expected: str) -> str:
    """The one by which most of the first rows have as many cells as the header, and more than one."""
    head = text[:_HEAD]

    def share(separator: str) -> tuple[float, bool, int]:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
        try:
            rows = [row for row in itertools.islice(reader, _LOOKED_AT) if any(cell.strip() for cell in row)]
        except csv.Error:
            return 0, False, 0
        if not rows or len(rows[0]) < 2:
            return 0, False, 0
        return sum(len(row) == len(rows[0]) for row in rows) / len(rows), separator == expected, len(rows[0])

    best = max(_SEPARATORS, key=share)
    return best if share(best)[0] else expected


def _named(separator: str) -> str:
    return f"{_SEPARATORS[separator]}s" if separator in _SEPARATORS else repr(separator)


def _header(reader: Iterator[list[str]], path: Path, before: int) -> list[str]:
    for cells in _read(reader, path, before):
        if any(cell.strip() for cell in cells):
            while not cells[-1].strip():
                cells.pop()
            return cells
    raise UsageError(f"{path} has no rows")


def _rows(
    reader: Iterator[list[str]], columns: tuple[str, ...], separators: str, path: Path, before: int
) -> Iterator[Record]:
    width = len(columns)
    for cells in _read(reader, path, before):
        line = reader.line_num + before  # type: ignore[attr-defined]  # of csv.reader
        if not any(cell.strip() for cell in cells):
            continue
        if any(cells[width:]):
            count = f"{len(cells)} cells, and the header has {width}"
            yield Record(f"line {line}", line, problem=f"{count}; put a text with {separators} in quotes")
            continue
        yield Record(f"line {line}", line, {k: v for k, v in zip(columns, cells, strict=False) if v.strip()})


def _read(reader: Iterator[list[str]], path: Path, before: int) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        way_out = "; .jsonl has no such limit" if "field limit" in str(error) else ""
        line = reader.line_num + before  # type: ignore[attr-defined]  # as above
        raise UsageError(f"{path}, line {line}: {error}{way_out}") from None
