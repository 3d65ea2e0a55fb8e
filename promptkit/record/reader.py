"""Read a run's record without changing it, a row at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from promptkit.errors import UsageError
from promptkit.outcomes import Attempt
from promptkit.record.database import VERSION
from promptkit.record.writer import FILE, attempt_of_row
from promptkit.types import Completion, Prompt, Usage

_ATTEMPTS = """
SELECT a.*, i.question, i.target FROM attempts AS a LEFT JOIN items AS i ON i.task = a.task AND i.item = a.item
ORDER BY i.rowid, a.task, a.item, a.rowid
"""
_AT_ONCE = 500  # keys a query; SQLite takes at least 999


@dataclass(frozen=True, slots=True)
class ItemAttempts:
    """An item with everything that was tried on it. `question` and `target` are empty where the record lacks them."""

    task: str
    item: str
    question: str
    target: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Run:
    """An open record. Its configuration is what `promptkit bench` was told."""

    directory: Path
    configuration: dict[str, Any]
    connection: sqlite3.Connection

    def asked(self) -> Iterator[ItemAttempts]:
        """The items that were attempted, in the order of their task, each with its attempts in the order they ended."""
        rows = self.connection.execute(_ATTEMPTS)
        names = [column[0] for column in rows.description]
        attempts = (dict(zip(names, row, strict=True)) for row in rows)
        for (task, item), group in groupby(attempts, lambda row: (row["task"], row["item"])):
            tried = list(group)
            question, target = tried[0]["question"] or "", tried[0]["target"] or ""
            yield ItemAttempts(task, item, question, target, tuple(_attempt(row) for row in tried))

    def planned(self) -> int:
        """How many items the run set out to try."""
        return int(self.connection.execute("SELECT count(*) FROM items").fetchone()[0])

    def calls(self, keys: Iterable[str]) -> dict[str, Completion]:
        """The recorded calls with these keys; those that the record lacks are left out."""
        wanted = list(dict.fromkeys(keys))
        found: dict[str, Completion] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            columns = "key, model, prompt, text, finish_reason, usage, seconds"
            rows = self.connection.execute(f"SELECT {columns} FROM calls WHERE key IN ({marks})", part)  # noqa: S608
            found.update((row[0], _call(*row)) for row in rows)
        return found

    def period(self) -> tuple[str, str]:
        """When the first and the last of its calls were asked, as ISO 8601; empty when there are none."""
        first, last = self.connection.execute("SELECT min(asked_at), max(asked_at) FROM calls").fetchone()
        return first or "", last or ""


@contextmanager
def open_run(directory: Path) -> Iterator[Run]:
    """The record in `directory`, opened for reading only.

    Raises:
        UsageError: it is no run's directory, its record is damaged or of another version, or it has no attempts.
    """
    file = directory / FILE
    if not file.is_file():
        raise UsageError(f"{directory} is no run: it has no {FILE}; name a directory that promptkit bench --run made")
    try:
        with closing(_open(file)) as connection:
            _check_version(file, connection)
            row = connection.execute("SELECT configuration FROM run").fetchone()
            if not connection.execute("SELECT EXISTS (SELECT 1 FROM attempts)").fetchone()[0]:
                raise UsageError(f"the run {directory} has no attempts; go on with: promptkit resume {directory}")
            yield Run(directory, dict(json.loads(row[0])) if row else {}, connection)
    except (sqlite3.Error, ValidationError, json.JSONDecodeError) as error:
        raise UsageError(f"{file} can't be read as a run's record: {error}") from None


def _check_version(file: Path, connection: sqlite3.Connection) -> None:
    written = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if written > VERSION:
        raise UsageError(f"{file} was written by a newer promptkit (schema {written}, ours is {VERSION}); upgrade")


def _open(file: Path) -> sqlite3.Connection:
    """Read-only, and without a trace: no lock file is left, so that a run on a read-only medium can be read as well."""
    being_written = file.with_name(f"{file.name}-wal").exists()
    mode = "mode=ro" if being_written else "immutable=1"
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?{mode}", uri=True)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection


def _attempt(row: dict[str, Any]) -> Attempt:
    return attempt_of_row({name: value for name, value in row.items() if name not in {"question", "target"}})


def _call(key: str, model: str, prompt: str, text: str, finish_reason: str, usage: str, seconds: float) -> Completion:
    return Completion(
        text=text,
        prompt=Prompt.model_validate_json(prompt),
        by=model,
        usage=Usage.model_validate_json(usage),
        finish_reason=finish_reason,  # type: ignore[arg-type]  # checked when it is made
        seconds=seconds,
        key=key,
    )
