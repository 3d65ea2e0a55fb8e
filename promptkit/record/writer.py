"""A run's directory: one SQLite file with every call, every attempt, and how the run was made.

Tables: `calls` (see `promptkit.record.calls`), `attempts` (one row a strategy, item and replicate; see
`promptkit.outcomes`; its column `calls` is a JSON list of [path of steps, key] that leads to the table
`calls`), `tasks` and `items` (what was asked, and how answers are read), and `run` (one row: the configuration as
JSON). A run that is started again finds its calls there and pays for none twice; attempts are judged anew from them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from promptkit.answers import AnswerType
from promptkit.errors import RecordError
from promptkit.outcomes import Attempt
from promptkit.record.calls import CallStore
from promptkit.record.database import connect, lock
from promptkit.tasks.load import Item, Task
from promptkit.types import Usage

FILE = "run.sqlite"
LOCK = "lock"  # held while a process works on the run
_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY CHECK (id = 1), configuration TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (task TEXT PRIMARY KEY, answer TEXT NOT NULL, labels TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    task TEXT NOT NULL, item TEXT NOT NULL, question TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (task, item)
);
CREATE TABLE IF NOT EXISTS attempts (
    task TEXT NOT NULL, strategy TEXT NOT NULL, model TEXT NOT NULL, item TEXT NOT NULL, outcome TEXT NOT NULL,
    draw INTEGER NOT NULL, answer TEXT, how TEXT NOT NULL, usage TEXT NOT NULL, paid TEXT NOT NULL,
    seconds REAL NOT NULL, error TEXT NOT NULL, cluster TEXT NOT NULL, calls TEXT NOT NULL,
    reply TEXT NOT NULL, PRIMARY KEY (task, strategy, model, item, draw)
)
"""
_COLUMNS = (
    *("task", "strategy", "model", "item", "outcome", "draw", "answer", "how", "usage", "paid"),
    *("seconds", "error", "cluster", "calls", "reply"),
)
_INSERT = f"INSERT OR REPLACE INTO attempts VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - constants
_BATCH = 200  # attempts a commit; those lost by a crash are judged anew from their calls


class RunRecord:
    """The record in `directory`, which is made when missing.

    Raises:
        RecordError: the file can't be opened or written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.calls = CallStore(directory / FILE)
        self._connection = connect(directory / FILE, _SCHEMA)
        self._waiting: list[tuple[object, ...]] = []
        self._lock: sqlite3.Connection | None = None

    @classmethod
    def read_configuration(cls, directory: Path) -> dict[str, Any]:
        """How the run in `directory` was made the last time; empty when there is none yet."""
        if not (directory / FILE).exists():
            return {}
        connection = connect(directory / FILE, _SCHEMA)
        try:
            row = connection.execute("SELECT configuration FROM run").fetchone()
        finally:
            connection.close()
        return dict(json.loads(row[0])) if row else {}

    def begin(self, configuration: dict[str, Any], tasks: Sequence[Task] = ()) -> None:
        """Keep how it is made and what is asked, and forget earlier attempts: they are judged anew, from the calls."""
        self._lock = self._lock or lock(self.directory / LOCK)
        config = [(json.dumps(configuration, ensure_ascii=False),)]
        kinds = [(task.name, task.answer.kind, json.dumps(task.answer.labels)) for task in tasks]
        items = ((task.name, *_asked(item)) for task in tasks for item in task.items)
        with self._writing():  # all or nothing: a run killed here has begun, or has not
            for table in ("attempts", "tasks", "items"):
                self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constants
            self._connection.executemany("INSERT INTO tasks VALUES (?,?,?)", kinds)
            self._connection.executemany("INSERT INTO items VALUES (?,?,?,?)", items)
            self._connection.executemany("INSERT OR REPLACE INTO run VALUES (1, ?)", config)

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt."""
        usage, paid = attempt.usage.model_dump_json(), attempt.paid.model_dump_json()
        told = {"usage": usage, "paid": paid, "calls": json.dumps(attempt.calls)}
        self._waiting.append(tuple(told[c] if c in told else getattr(attempt, c) for c in _COLUMNS))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Commit what was added."""
        self._write(_INSERT, self._waiting)
        self._waiting = []

    def asked(self) -> Iterator[tuple[str, str, str, str]]:
        """What was asked: task, item, question, target."""
        yield from self._connection.execute("SELECT task, item, question, target FROM items ORDER BY rowid")

    def answer_types(self) -> dict[str, AnswerType]:
        """How the answers of each task were read."""
        rows = self._connection.execute("SELECT task, answer, labels FROM tasks")
        return {task: AnswerType(kind, tuple(json.loads(labels))) for task, kind, labels in rows}

    def attempts(self) -> Iterator[Attempt]:
        """All attempts, in the order they ended, one at a time."""
        rows = self._connection.execute("SELECT * FROM attempts ORDER BY rowid")
        names = [column[0] for column in rows.description]
        return (attempt_of_row(dict(zip(names, row, strict=True))) for row in rows)

    def close(self) -> None:
        """Commit and close."""
        self.flush()
        self._connection.close()
        self.calls.close()
        if self._lock:
            self._lock.close()

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        with self._writing():
            self._connection.executemany(statement, rows)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with self._connection:
                yield
        except sqlite3.Error as error:
            raise RecordError(f"record {self.directory / FILE} can't be written: {error}") from None


def _asked(item: Item) -> tuple[str, str, str]:
    return item.id, item.question, item.target


def attempt_of_row(row: dict[str, Any]) -> Attempt:
    """The attempt in a row of the table `attempts`."""
    usages = {name: Usage.model_validate_json(row[name]) for name in ("usage", "paid")}
    return Attempt(**{**row, **usages, "calls": tuple((step, key) for step, key in json.loads(row["calls"]))})
