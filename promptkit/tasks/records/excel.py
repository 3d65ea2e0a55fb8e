"""Excel and LibreOffice sheets (`.xlsx`): the values that cells show, by openpyxl."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.tasks.records.record import MOST_BYTES, Record, Records
from promptkit.text_files import require_file

# what openpyxl raises about a file that is no workbook, or a damaged one; a ParseError of XML is a SyntaxError
_DAMAGED = (OSError, EOFError, zipfile.BadZipFile, SyntaxError, ValueError, TypeError, LookupError, AttributeError)


def read_excel(path: Path, *, sheet: str = "") -> Records:
    """The rows below the header of the sheet of this name, by default of the first that has rows.

    Raises:
        UsageError: openpyxl is not installed, it is no workbook, or it has no rows or no such sheet.
    """
    require_file(path)
    try:
        import openpyxl  # only who reads one needs it
    except ImportError:
        raise UsageError(f"reading {path} needs openpyxl: {pip_install('excel')}") from None
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
                raise UsageError(f"{path} has more than {MOST_BYTES:,} bytes; save its rows as CSV")
        with warnings.catch_warnings():  # about charts and rules, which have no rows
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            sheets = {one.title: _cells(one) for one in book.worksheets}
            book.close()
    except UsageError:  # it is a ValueError, too
        raise
    except _DAMAGED as error:
        raise UsageError(f"{path} can't be read as an Excel workbook: {error}") from None
    filled = {title: rows for title, rows in sheets.items() if rows}
    if not filled:
        raise UsageError(f"{path} has no rows")
    if sheet and sheet not in filled:
        raise UsageError(f"{path} has no sheet {sheet!r} with rows; it has {', '.join(filled)}")
    title, cells = (sheet, filled[sheet]) if sheet else next(iter(filled.items()))
    above = next((i for i, (_, row) in enumerate(cells) if sum(cell not in ("", None) for cell in row) > 1), 0)
    (header, names), *rows = cells[above:]
    columns = tuple(str(name).strip() if name else f"column {i}" for i, name in enumerate(names, start=1))
    if twice := next((name for name in columns if columns.count(name) > 1), None):
        raise UsageError(f"{path} has the column {twice!r} twice; rename one")
    how = [f"sheet {title!r}, the first of {len(filled)} with rows"] if len(filled) > 1 and not sheet else []
    how += [f"the header in row {header}"] if above else []
    return Records(_rows(rows, columns), ", ".join(how), columns, header, sheet=title if len(filled) > 1 else "")


def _cells(sheet: Any) -> list[tuple[int, list[Any]]]:  # noqa: ANN401 - openpyxl has no types
    """Its rows that are not blank, each with its number, without blank cells at the end."""
    sheet.reset_dimensions()  # what a file states about its size may be wrong
    found = []
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        row = [_shown(cell) for cell in cells]
        while row and row[-1] in ("", None):
            row.pop()
        if row:
            found.append((number, row))
    return found


def _rows(rows: list[tuple[int, list[Any]]], columns: tuple[str, ...]) -> Iterator[Record]:
    for number, cells in rows:
        if len(cells) > len(columns):
            problem = f"{len(cells)} cells, and the header has {len(columns)}; give each column a name"
            yield Record(f"row {number}", number, problem=problem)
        else:
            values = {k: v for k, v in zip(columns, cells, strict=False) if v not in ("", None)}
            yield Record(f"row {number}", number, values)


def _shown(cell: object) -> object:
    """The value of a cell as it is shown: a day without its midnight, TRUE in capitals, a whole number without .0."""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    if isinstance(cell, (datetime.date, datetime.time)):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    return cell.strip() if isinstance(cell, str) else cell
