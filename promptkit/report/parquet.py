"""A run as Parquet: the rows of the CSV with their types, and text as it is."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from promptkit.record.reader import Run
from promptkit.report.rows import COLUMNS, REAL, TEXTS, WHOLE, attempt_rows

SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in TEXTS),
        *((name, pa.int64()) for name in WHOLE),
        *((name, pa.float64()) for name in REAL),
    ]
)
_AT_ONCE = 5000  # rows a group


def write(run: Run, output: Path) -> list[Path]:
    """Write one row an attempt (`promptkit.report.rows`)."""
    rows = attempt_rows(run)
    output.touch(mode=0o600)
    with output.open("wb") as file, pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        while group := list(islice(rows, _AT_ONCE)):
            writer.write_table(pa.table({name: [row[name] for row in group] for name in COLUMNS}, SCHEMA))
    return [output]
