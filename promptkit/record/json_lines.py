"""Files of JSON beside a record, a line each: appended so that they last, and read though the last line was cut off."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from pydantic import ValidationError

from promptkit.errors import RecordError
from promptkit.types import Value

V = TypeVar("V", bound=Value)


def append_lines(path: Path, values: Iterable[Value]) -> None:
    """Add values to a file; they are on disk when this returns.

    Raises:
        RecordError: it can't be written.
    """
    text = "".join(value.model_dump_json() + "\n" for value in values)
    try:
        with path.open("a+b") as file:
            _end_last_line(file)
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RecordError(f"{path} can't be written: {error.strerror}; make room, or copy what it belongs to") from None


def read_lines(path: Path, kind: type[V], *, named: str) -> Iterator[V]:
    """The values of a file; none where there is no file. A last line that was cut off is left out.

    Raises:
        RecordError: the file can't be read, or a line is not what is `named`; names the line.
    """
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n") if path.exists() else []
    except OSError as error:
        raise RecordError(f"{path} can't be read: {error}; move it away") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield kind.model_validate(json.loads(line))
        except (ValidationError, ValueError, RecursionError):
            if number == len(lines):  # its writer was killed
                return
            raise RecordError(f"{path}, line {number} is not {named}; correct it or take it out") from None


def _end_last_line(file: BinaryIO) -> None:
    """End the last line of a file that ends within one, or take it out where its writer was killed."""
    file.seek(0)
    *_, last = (whole := file.read()).rpartition(b"\n")
    if not last:
        return
    try:
        json.loads(last)
    except ValueError:
        file.truncate(len(whole) - len(last))
    else:
        file.write(b"\n")
