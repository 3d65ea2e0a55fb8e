"""A file of rows, opened: its records, what they mean, and what could not be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.formatting import counted
from promptkit.tasks.columns import Columns
from promptkit.tasks.problems import Problems
from promptkit.tasks.records import read_records
from promptkit.tasks.records.record import Record, Records
from promptkit.tasks.row_text import Wording
from promptkit.tasks.rows import Table, read_table
from promptkit.tasks.shapes.rebuilt import Placed, rebuilt

_NAMED = 12  # columns in a note


@dataclass(frozen=True)
class Source:
    """A file of rows.

    Attributes:
        how: what had to be found out to read it; empty where nothing had to be.
        kind: what the file is, where it is a known kind.
        answer: how answers are read, where the file or its kind states it.
        left_out: what of it is not read.
        problems: the rows that can't be used.
        stated: what a YAML has to state so that it is read in the same way: the separator of a CSV, or the sheet.
    """

    path: Path
    table: Table
    how: str
    kind: str
    answer: str | None
    left_out: tuple[str, ...]
    problems: Problems
    stated: Mapping[str, str]

    def notes(self, items: int, examples: int, implied: str = "") -> Iterator[str]:
        """What a reader should know about it: how it was read, and what is not used; a line each.

        `implied` is what it showed about its answers.
        """
        shape, counts = self.table.shape, [counted(items, "item")] if items else []
        counts += [counted(examples, "example")] if examples else []
        found = [part for part in (shape.note if shape else "", *self.table.found, implied, self.how) if part]
        if self.kind or found:
            yield f"{self.path}: read as {', '.join([*([self.kind] if self.kind else []), *counts, *found])}"
        if self.left_out:
            yield f"{self.path}: not read: {', '.join(self.left_out)}"
        if self.table.unused:
            names, more = self.table.unused[:_NAMED], len(self.table.unused) - _NAMED
            yield f"{self.path}: columns not used: {', '.join(names)}" + (f" and {more} more" if more > 0 else "")
        for split, count in self.table.left.items():
            rows = counted(count, "row")
            yield f"{self.path}: {rows} of the split {split!r} {'is' if count == 1 else 'are'} neither asked nor shown"
        if note := self.problems.note():
            yield note


def open_source(
    path: Path,
    *,
    columns: Columns,
    wording: Wording,
    strict: bool = False,
    records: Records | None = None,
    form: str = "",
    separator: str = "",
    sheet: str = "",
    graded: bool = False,
) -> Source:
    """The rows of the file at `path`, or of `records` that were read from it.

    `form`, `separator` and `sheet` are how it is read (`promptkit.tasks.records.read_records`). Rows that are asked
    need no target if `graded`.

    Raises:
        UsageError: it can't be read, has no rows, or no question or target.
    """
    records = records or read_records(path, form=form, separator=separator, sheet=sheet)
    problems = Problems(path, strict)
    placed = list(_objects(records.rows, problems))
    rows, names, done = rebuilt(placed, records.columns, records.header)
    if not rows:
        problems.check(0)
        raise UsageError(f"{path} has no rows")
    table = read_table(rows, path, problems, columns=columns, names=names, wording=wording, graded=graded)
    how = ", ".join(filter(None, [records.how, done]))
    shape = table.shape
    kind, answer = records.kind or (shape.name if shape else ""), records.answer or (shape.answer if shape else None)
    stated = {"separator": records.separator, "sheet": records.sheet}
    return Source(path, table, how, kind, answer, records.left_out, problems, {k: v for k, v in stated.items() if v})


def _objects(records: Iterable[Record], problems: Problems) -> Iterable[Placed]:
    for record in records:
        if record.problem:
            problems.add(record.place, record.problem)
        elif isinstance(record.value, Mapping):
            yield Placed(record.place, record.number, record.value)
        else:
            kind = {list: "a list", str: "a text", type(None): "nothing"}.get(type(record.value), "a value")
            problems.add(record.place, f"it is {kind}, not an object")
