"""A run as CSV. No cell is a formula: text that a spreadsheet would run begins with an apostrophe instead."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from promptkit.record.reader import Run
from promptkit.report.rows import COLUMNS, ONCE, Cell, attempt_rows, beside, once_rows

# What OWASP's "CSV Injection" lists, full-width forms included; a plain number is not a formula and stays as it is.
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20|]")
_NUMBER = re.compile(r"[+-]?\d[\d,._ ]*(?:[eE][+-]?\d+)?%?")


def write(run: Run, output: Path) -> list[Path]:
    """Write one row an attempt (`promptkit.report.rows`), as UTF-8 with its mark, for Excel, and a header.

    What was asked before the first item, for examples that the run made, stands in a file beside it.
    """
    _write(output, COLUMNS, attempt_rows(run))
    if once := once_rows(run):
        _write(beside(output), ONCE, once)
    return [output, beside(output)] if once else [output]


def _write(output: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, Cell]]) -> None:
    output.touch(mode=0o600)
    with output.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([harmless(row[name]) for name in columns])


def harmless(cell: Cell) -> Cell:
    """The cell, with an apostrophe before text that a spreadsheet would take for a formula."""
    if isinstance(cell, str) and _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
