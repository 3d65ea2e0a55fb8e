"""What people think of a run's replies: one line of JSON each in the run's directory, appended as they are given."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from promptkit.outcomes import Attempt
from promptkit.record.json_lines import append_lines, read_lines
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
    found = read_lines(directory / LABELS, Label, named="a label")
    return {Place(*(getattr(one, name) for name in Place._fields)): one.score for one in found}


def append_labels(directory: Path, labels: Mapping[Place, float]) -> None:
    """Add labels, which are on disk when this returns.

    Raises:
        RecordError: they can't be written.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [Label(**place._asdict(), score=score, at=at) for place, score in labels.items()]
    append_lines(directory / LABELS, lines)
