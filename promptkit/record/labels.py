"""What people think of a run's replies: one line of JSON each in the run's directory, appended as they are given."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import Field, ValidationError

from promptkit.errors import RecordError
from promptkit.outcomes import Attempt
from promptkit.types import Value

LABELS = "labels.jsonl"  # in the run's directory


class Place(NamedTuple):
    """Which reply was labelled."""

    task: str
    item: str
    strategy: str
    model: str
    replicate: int = 0

    @classmethod
    def of(cls, attempt: Attempt) -> Place:
        """That of an attempt."""
        return cls(attempt.task, attempt.item, attempt.strategy, attempt.model, attempt.replicate)


class Label(Value):
    """One label: between 0 (wrong) and 1 (right)."""

    task: str
    item: str
    strategy: str
    model: str
    replicate: int = 0
    score: float = Field(ge=0, le=1)
    at: str = ""


def read_labels(directory: Path) -> dict[Place, float]:
    """The labels of a run; of several for one reply the last counts.

    Raises:
        RecordError: the file can't be read; names the line.
    """
    return {Place(*(getattr(one, name) for name in Place._fields)): one.score for one in _labels(directory / LABELS)}


def append_labels(directory: Path, labels: Mapping[Place, float]) -> None:
    """Add labels, which are on disk when this returns.

    Raises:
        RecordError: they can't be written.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [Label(**place._asdict(), score=score, at=at).model_dump_json() + "\n" for place, score in labels.items()]
    try:
        with (directory / LABELS).open("a", encoding="utf-8") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise RecordError(
            f"{directory / LABELS} can't be written: {error.strerror}; make room, or copy the run"
        ) from None


def _labels(path: Path) -> Iterator[Label]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{path} can't be read: {error}; move it away") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Label.model_validate(json.loads(line))
        except (ValidationError, ValueError):
            if number == len(lines):  # cut off when its writer was killed
                return
            raise RecordError(f"{path}, line {number} is not a label; correct it or take it out") from None
