"""Parquet, as data sets are downloaded from Hugging Face."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from promptkit.distribution import pip_install
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
        raise UsageError(f"reading {path} needs pyarrow: {pip_install('report')}") from None
    try:
        file = parquet.ParquetFile(path)
        groups = range(file.metadata.num_row_groups)
        if sum(file.metadata.row_group(number).total_byte_size for number in groups) > MOST_BYTES:
            raise UsageError(f"{path} has more than {MOST_BYTES:,} bytes; split it")
    except UsageError:  # it is a ValueError, too
        raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be read as Parquet: {_first_line(error)}") from None
    labels = _labels(file.schema_arrow.metadata or {})
    how = f"labels of {', '.join(map(repr, labels))} by their names" if labels else ""
    return Records(_rows(file, path, labels), how, columns=tuple(file.schema_arrow.names))


def _labels(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """The names of the labels that a column has as numbers, as `datasets` of Hugging Face writes them."""
    try:
        features = json.loads(metadata.get(b"huggingface", b"{}"))["info"]["features"]
        named = {name: one["names"] for name, one in features.items() if one.get("_type") == "ClassLabel"}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {}
    return {name: [str(label) for label in labels] for name, labels in named.items() if isinstance(labels, list)}


def _shown(value: object, labels: Sequence[str] | None) -> object:
    """A value, or the name of the label whose number it is."""
    named = labels is not None and isinstance(value, int) and 0 <= value < len(labels)
    return labels[value] if named else value  # type: ignore[index,call-overload]  # as was seen


def _rows(file: object, path: Path, labels: Mapping[str, Sequence[str]]) -> Iterator[Record]:
    number = 0
    try:
        for batch in file.iter_batches(batch_size=_AT_ONCE):  # type: ignore[attr-defined]  # pyarrow has no types
            for row in batch.to_pylist():
                number += 1
                values = {k: _shown(v, labels.get(k)) for k, v in row.items() if v is not None and v != ""}
                yield Record(f"row {number}", number, values)
    except UsageError:  # of whoever takes the rows
        raise
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}, after row {number}, can't be read as Parquet: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
