"""Write a run's record: one SQLite file with every call, every attempt, and how the run was made.

Tables: `calls` (see `promptkit.record.calls`), `attempts` (one row per strategy, item and replicate; see
`promptkit.outcomes`; its column `calls` is a JSON list of [path of steps, key] that leads to the table
`calls`), `tasks` and `items` (what was asked, and how answers are read), `wording` (the texts of templates; see
`promptkit.record.wordings`), `preparations` (examples that were made before the first item; see
`promptkit.record.preparations`), and `run` (one row: the configuration as JSON). A run that is started again finds its
calls there and pays for none twice; attempts are judged again from them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from promptkit.errors import RecordError
from promptkit.outcomes import Attempt, Group
from promptkit.record.calls import CallStore
from promptkit.record.database import connect, lock
from promptkit.record.preparations import Preparation, keep_preparation, recorded_preparations
from promptkit.record.tables import COLUMNS, FILE, SCHEMA, add_later_columns, row_of_attempt
from promptkit.record.wordings import RecordedText, keep_wording
from promptkit.tasks import Task

LOCK = "lock"  # held while a process works on the run
_KEEP_ATTEMPT = f"""
INSERT INTO attempts ({", ".join(COLUMNS)}) VALUES ({", ".join("?" * len(COLUMNS))})
ON CONFLICT DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in COLUMNS)}
WHERE excluded.outcome NOT IN ('error', 'ungraded') OR attempts.outcome IN ('error', 'ungraded', 'missing')
"""  # noqa: S608 - constants; a failure never takes the place of what was judged
_KEEP_ITEM = """
INSERT INTO items (task, item, question, target, images) VALUES (?,?,?,?,?)
ON CONFLICT (task, item) DO UPDATE
SET question = excluded.question, target = excluded.target, images = excluded.images
"""  # not REPLACE, which would change the order of the items
_BATCH = 200  # attempts a commit; those lost by a crash are judged again from their calls


class RunWriter:
    """Writes the record in `directory`, which is made when missing. Its replies are in `calls`.

    Raises:
        RecordError: the file can't be opened or written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.calls = CallStore(directory / FILE)
        self._connection = connect(directory / FILE, SCHEMA)
        self._waiting: list[tuple[object, ...]] = []
        self._lock: sqlite3.Connection | None = None

    def begin(
        self,
        configuration: dict[str, Any],
        tasks: Sequence[Task] = (),
        wording: Iterable[RecordedText] = (),
        *,
        afresh: bool = False,
    ) -> None:
        """Keep how it is made, what is asked and how it is worded.

        Earlier attempts stay until they are judged again, from the calls; with `afresh` they are taken out at once.

        Raises:
            RecordError: another process works on the run, or it can't be written.
        """
        self._lock = self._lock or lock(self.directory / LOCK)
        config = [(json.dumps(configuration, ensure_ascii=False),)]
        kinds = [(t.name, t.answer.kind, json.dumps(t.answer.labels), t.answer.schema or "") for t in tasks]
        items = (
            (task.name, item.id, item.question, item.target, json.dumps([image.identity for image in item.images]))
            for task in tasks
            for item in task.items
        )
        with self._writing():  # all or nothing: a run killed here has begun, or has not
            add_later_columns(self._connection)
            self._connection.executemany(
                "INSERT OR REPLACE INTO tasks (task, answer, labels, schema) VALUES (?,?,?,?)", kinds
            )
            self._connection.executemany(_KEEP_ITEM, items)
            self._connection.executemany("INSERT OR REPLACE INTO run VALUES (1, ?)", config)
            keep_wording(self._connection, wording)
            if afresh:
                self._connection.execute("DELETE FROM attempts")
                self._connection.execute("DELETE FROM preparations")

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt; one that failed only where none was judged. They are committed in groups; see `flush`."""
        self._waiting.append(row_of_attempt(attempt))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def prepare(self, made: Preparation) -> None:
        """Keep what was asked before the first item.

        Raises:
            RecordError: it can't be written.
        """
        with self._writing():
            keep_preparation(self._connection, made)

    def refused_before(self) -> dict[Group, frozenset[str]]:
        """The train questions without which examples were made for a strategy of the run, as it was refused them.

        Raises:
            RecordError: it can't be read.
        """
        try:
            made = list(recorded_preparations(self._connection))
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise RecordError(f"record {self.directory / FILE} can't be read: {error}") from None
        return {one.group: frozenset(one.refused) for one in made if not one.ended}

    def flush(self) -> None:
        """Commit what was added.

        Raises:
            RecordError: it can't be written.
        """
        with self._writing():
            self._connection.executemany(_KEEP_ATTEMPT, self._waiting)
        self._waiting = []

    def close(self) -> None:
        """Commit and close."""
        self.flush()
        self._connection.close()
        self.calls.close()
        if self._lock:
            self._lock.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._connection:
                yield
        except sqlite3.Error as error:
            raise RecordError(f"record {self.directory / FILE} can't be written: {error}") from None
