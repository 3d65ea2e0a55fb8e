"""A run as Parquet: the rows of the CSV with their types, and text as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from promptkit.record.reader import Run
from promptkit.report.rows import (
    ONCE_REAL,
    ONCE_TEXTS,
    ONCE_WHOLE,
    REAL,
    TEXTS,
    WHOLE,
    Cell,
    attempt_rows,
    beside,
    once_rows,
)


def _schema(texts: Iterable[str], whole: Iterable[str], real: Iterable[str]) -> pa.Schema:
    columns = [(texts, pa.string()), (whole, pa.int64()), (real, pa.float64())]
    return pa.schema([(name, kind) for names, kind in columns for name in names])


SCHEMA = _schema(TEXTS, WHOLE, REAL)
ONCE_SCHEMA = _schema(ONCE_TEXTS, ONCE_WHOLE, ONCE_REAL)
_AT_ONCE = 5000  # rows a group


def write(run: Run, output: Path) -> list[Path]:
    """Write one row an attempt (`promptkit.report.rows`).

    What was asked before the first item, for examples that the run made, stands in a file beside it.
    """
    _write(output, SCHEMA, attempt_rows(run))
    if once := once_rows(run):
        _write(beside(output), ONCE_SCHEMA, iter(once))
    return [output, beside(output)] if once else [output]


def _write(output: Path, schema: pa.Schema, rows: Iterator[Mapping[str, Cell]]) -> None:
    output.touch(mode=0o600)
    with output.open("wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(rows, _AT_ONCE)):
            writer.write_table(pa.table({name: [row[name] for row in group] for name in schema.names}, schema))
