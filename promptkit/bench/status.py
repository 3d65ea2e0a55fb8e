"""Where a run is: what is done of what was planned, what waits at providers, and what to do next."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from promptkit.errors import UsageError
from promptkit.outcomes import UNJUDGED
from promptkit.record.batches import FILE as BATCHES
from promptkit.record.batches import RecordedBatch, read_batches
from promptkit.record.reader import Run, open_run, report_command, resume_command
from promptkit.record.writer import LOCK
from promptkit.settings import RunSettings

WAITING = ("prepared", "submitted")


@dataclass(frozen=True)
class RunStatus:
    """Where a run is.

    Attributes:
        run: its directory.
        attempts: that were judged.
        failed: that ended without a judgement.
        planned: how many there will be; `None` where the record does not tell, and at most so many where the run stops
            as soon as it is decided.
        calls: on record.
        batches: all that were made, the oldest first.
        at_work: whether a process works on it at this moment.
        read_at: when this was read, Unix time.
    """

    run: Path
    attempts: int
    failed: int
    planned: int | None
    calls: int
    batches: tuple[RecordedBatch, ...]
    at_work: bool
    read_at: float

    @property
    def waits(self) -> tuple[RecordedBatch, ...]:
        """The batches that have not ended."""
        return tuple(batch for batch in self.batches if batch.step in WAITING)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to do, as far as the record tells."""
        return bool(self.attempts) and not self.failed and not self.waits and self.attempts >= (self.planned or 0)

    def next(self) -> str:
        """What to do now."""
        if self.at_work:
            return "a process is working on it; check again later"
        if self.waits:
            return f"{resume_command(self.run)} waits for the batches; with --batch-wait 0 it takes what has ended"
        return report_command(self.run) if self.complete else resume_command(self.run)


def run_status(directory: Path, *, clock: Callable[[], float] = time.time) -> RunStatus:
    """Where the run in `directory` is. Nothing is asked, and nothing is written.

    Raises:
        UsageError: it is not a run directory, or its record can't be read.
    """
    with open_run(directory, may_be_empty=True) as run:
        begun = bool(run.configuration)
        done, failed = _attempts(run) if begun else (0, 0)
        planned, calls = (_planned(run), _count(run, "SELECT count(*) FROM calls")) if begun else (None, 0)
    try:
        batches = read_batches(directory)
    except sqlite3.Error as error:
        raise UsageError(f"{directory / BATCHES} can't be read: {error}; restore the file") from None
    return RunStatus(directory, done, failed, planned, calls, batches, _is_locked(directory / LOCK), clock())


def _attempts(run: Run) -> tuple[int, int]:
    """How many attempts were judged, and how many were not."""
    counts = dict(run.connection.execute("SELECT outcome, count(*) FROM attempts GROUP BY outcome").fetchall())
    failed = sum(count for outcome, count in counts.items() if outcome in UNJUDGED)
    return sum(counts.values()) - failed, failed


def _planned(run: Run) -> int | None:
    settings = RunSettings.recorded(run.configuration)
    if not settings.strategies:  # those that suit each task: the record has them once they were run
        return None
    arms = len(settings.strategies) * len(settings.model) * max(1, len(settings.effort))
    return run.planned() * arms * settings.repetitions


def _count(run: Run, query: str) -> int:
    return int(run.connection.execute(query).fetchone()[0])


def _is_locked(path: Path) -> bool:
    """Whether a process holds the lock of a run; nothing is left behind."""
    if not path.exists():
        return False
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=0)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            return error.sqlite_errorcode == sqlite3.SQLITE_BUSY
    return False
