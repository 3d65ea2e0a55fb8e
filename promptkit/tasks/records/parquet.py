"""Parquet, as data sets are downloaded from Hugging Face."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.tasks.records.record import MOST_BYTES, Record, Records
from promptkit.text_files import require_file

_AT_ONCE = 1_000  # rows


def read_parquet(path: Path) -> Records:
    """Its rows.

    Raises:
        UsageError: pyarrow is not installed, or it is not Parquet.
    """
    require_file(path)
    try:
        import pyarrow.parquet as parquet  # only who reads one needs it
    except ImportError:
        raise UsageError(f"reading {path} needs pyarrow: pip install 'promptkit[report]'") from None
    try:
        file = parquet.ParquetFile(path)
        groups = range(file.metadata.num_row_groups)
        if sum(file.metadata.row_group(number).total_byte_size for number in groups) > MOST_BYTES:
            raise UsageError(f"{path} comes to more than {MOST_BYTES:,} bytes; split it")
    except UsageError:  # it is a ValueError, too
        raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be read as Parquet: {_first_line(error)}") from None
    return Records(_rows(file, path), columns=tuple(file.schema_arrow.names))


def _rows(file: object, path: Path) -> Iterator[Record]:
    number = 0
    try:
        for batch in file.iter_batches(batch_size=_AT_ONCE):  # type: ignore[attr-defined]  # pyarrow has no types
            for row in batch.to_pylist():
                number += 1
                yield Record(f"row {number}", number, {k: v for k, v in row.items() if v is not None and v != ""})
    except UsageError:  # of whoever takes the rows
        raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}, after row {number}, can't be read as Parquet: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
