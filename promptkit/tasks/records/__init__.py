"""Files of records, read by what they are called: tables and JSON. What the records mean is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.tasks.records.csv_file import read_csv
from promptkit.tasks.records.excel import read_excel
from promptkit.tasks.records.json_file import read_json, read_json_lines
from promptkit.tasks.records.parquet import read_parquet
from promptkit.tasks.records.record import Records

_READERS: dict[str, Callable[[Path], Records]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".tab": read_csv,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".json": read_json,
    ".parquet": read_parquet,
    ".xlsx": read_excel,
    ".xlsm": read_excel,
}
_PACKED = (".csv", ".tsv", ".jsonl", ".ndjson", ".json")  # may end in .gz
_OTHERS = {".xls": ".xlsx", ".ods": ".xlsx or .csv", ".numbers": ".xlsx or .csv", ".xml": ".jsonl", ".txt": ".csv"}
SUFFIXES = tuple(_READERS)


def read_records(path: Path, *, form: str = "", separator: str = "", sheet: str = "") -> Records:
    """The records of a file, read by its suffix; one without a known suffix is read as JSON Lines.

    Args:
        path: of the file.
        form: the suffix without its dot by which it is read, whatever it is called.
        separator: of the cells of a CSV, instead of finding it.
        sheet: of a workbook, instead of the first that has rows.

    Raises:
        UsageError: it can't be read, or is of a kind that is not read, or has no separators or sheets.
    """
    suffix = f".{form.lower()}" if form else suffix_of(path)
    if form and suffix not in _READERS:
        raise UsageError(f"the format {form!r} is not read; give one of {', '.join(one[1:] for one in _READERS)}")
    if sheet:
        return read_excel(path, sheet=sheet)
    if separator and (_READERS.get(suffix) is not read_csv or len(separator) > 1):
        raise UsageError(f"{path}: the separator {separator!r} is for a CSV, and one sign; leave it out")
    if separator:
        return read_csv(path, separator=separator)
    if way_out := _OTHERS.get(suffix):
        raise UsageError(f"{path}: {suffix} is not read; save it as {way_out}")
    return _READERS.get(suffix, read_json_lines)(path)


def is_records(name: str) -> bool:
    """Whether a file of this name is one of records."""
    return suffix_of(Path(name)) in _READERS or suffix_of(Path(name)) in _OTHERS


def stem_of(path: Path) -> str:
    """The file's name without what decides how it is read: of `a.b.jsonl.gz` it is `a.b`."""
    packed = path.suffix.lower() == ".gz" and suffix_of(path) in _PACKED
    return Path(path.stem).stem if packed else path.stem


def suffix_of(path: Path) -> str:
    """What decides how it is read, in small letters; of `a.jsonl.gz` it is `.jsonl`."""
    *_, before, last = ["", "", *(suffix.lower() for suffix in path.suffixes)]
    return before if last == ".gz" and before in _PACKED else last
