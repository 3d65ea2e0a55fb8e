"""Which calls were submitted in which batch: on disk before anything is sent."""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

from promptkit.errors import RecordError
from promptkit.record.database import connect, connect_to_read

FILE = "batches.sqlite"
BatchStep = Literal["prepared", "submitted", "ended", "lost"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    label TEXT PRIMARY KEY, model TEXT NOT NULL, endpoint TEXT NOT NULL, step TEXT NOT NULL,
    name TEXT NOT NULL, made REAL NOT NULL, calls INTEGER NOT NULL, done INTEGER NOT NULL, told TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS batched (
    key TEXT NOT NULL, attempt INTEGER NOT NULL, label TEXT NOT NULL, custom_id TEXT NOT NULL,
    PRIMARY KEY (key, attempt)
) STRICT, WITHOUT ROWID;
"""
_COLUMNS = "label, model, endpoint, step, name, made, calls, done, told"


class RecordedBatch(NamedTuple):
    """A batch as it is on disk.

    Attributes:
        label: ours, by which it is found at the provider.
        model: `provider/name`.
        endpoint: the model's address.
        step: prepared: perhaps submitted, its name not known; submitted; ended: its results can be read; lost: none of
            its calls was asked.
        name: the provider's, empty while it is not known.
        made: when it was prepared, Unix time.
        calls: how many.
        done: how many the provider has worked off, as it last said.
        told: the provider's last word.
    """

    label: str
    model: str
    endpoint: str
    step: BatchStep
    name: str
    made: float
    calls: int
    done: int
    told: str


class Submission(NamedTuple):
    """Where a call was last submitted: for the how-manieth time, in which batch, as what."""

    attempt: int
    label: str
    custom_id: str


class BatchLedger:
    """The batches of a run, in `batches.sqlite` of its directory. Every change is on disk when its method returns.

    Args:
        directory: the run's.
        clock: Unix time.

    Raises:
        RecordError: the file can't be opened or written.
    """

    def __init__(self, directory: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.directory = directory
        self._connection = connect(directory / FILE, _SCHEMA)
        self._clock = clock
        self._lock = threading.Lock()

    def prepare(self, model: str, endpoint: str, calls: Sequence[tuple[str, int]]) -> tuple[RecordedBatch, list[str]]:
        """Note a batch that is about to be submitted: its calls by key and attempt.

        Returns:
            The batch, and the calls' custom ids in order.
        """
        label = uuid.uuid4().hex[:16]
        ids = [f"{label}-{number}" for number in range(len(calls))]
        batch = RecordedBatch(label, model, endpoint, "prepared", "", self._clock(), len(calls), 0, "")
        rows = ((key, attempt, label, custom_id) for (key, attempt), custom_id in zip(calls, ids, strict=True))
        with self._writing() as connection:
            connection.execute(f"INSERT INTO batches ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)", batch)  # noqa: S608
            connection.executemany("INSERT INTO batched VALUES (?, ?, ?, ?)", rows)
        return batch, ids

    def keep(self, batch: RecordedBatch) -> RecordedBatch:
        """Note what became of a batch; returns it."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE batches SET step = ?, name = ?, done = ?, told = ? WHERE label = ?",
                (batch.step, batch.name, batch.done, batch.told, batch.label),
            )
        return batch

    def latest(self, key: str) -> Submission | None:
        """Where the call with this key was last submitted; nothing of one that never was."""
        query = "SELECT attempt, label, custom_id FROM batched WHERE key = ? ORDER BY attempt DESC LIMIT 1"
        with self._lock:
            row = self._connection.execute(query, (key,)).fetchone()
        return Submission(*row) if row else None

    def batch(self, label: str) -> RecordedBatch:
        """The batch with this label."""
        with self._lock:
            row = self._connection.execute(f"SELECT {_COLUMNS} FROM batches WHERE label = ?", (label,)).fetchone()  # noqa: S608
        return RecordedBatch(*row)

    def names(self) -> set[str]:
        """The names of all batches, as far as they are known."""
        with self._lock:
            return {name for (name,) in self._connection.execute("SELECT name FROM batches WHERE name != ''")}

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._lock, self._connection:
                yield self._connection
        except sqlite3.Error as error:
            raise RecordError(f"record {self.directory / FILE} can't be written: {error}; make room for it") from None


def batched_keys(directory: Path) -> frozenset[str]:
    """The keys of the calls that the run in `directory` asked by batches; read without a trace.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    if not has_batches(directory):
        return frozenset()
    with connect_to_read(directory / FILE) as connection, closing(connection.cursor()) as cursor:
        return frozenset(key for (key,) in cursor.execute("SELECT DISTINCT key FROM batched"))


def has_batches(directory: Path) -> bool:
    """Whether the run in `directory` asks by batches."""
    return (directory / FILE).exists()


def read_batches(directory: Path) -> tuple[RecordedBatch, ...]:
    """The batches of the run in `directory`, the oldest first; read without a trace.

    Raises:
        sqlite3.Error: the file is damaged.
    """
    if not has_batches(directory):
        return ()
    query = f"SELECT {_COLUMNS} FROM batches ORDER BY made, label"  # noqa: S608 - constants
    with connect_to_read(directory / FILE) as connection, closing(connection.cursor()) as cursor:
        return tuple(map(RecordedBatch._make, cursor.execute(query)))
