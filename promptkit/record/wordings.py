"""The texts of templates that a run renders from, in its record: what was said can be read, and said again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

TABLE = """
CREATE TABLE IF NOT EXISTS wording (
    folders TEXT NOT NULL, path TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (folders, path)
);
"""


class RecordedText(NamedTuple):
    """A template as a run used it.

    Attributes:
        folders: empty for the run's own templates; else the folders of those that a strategy of Python brought along.
        path: where it is in them: `chain_of_thought/think.j2`, or `promptkit/…` for a shipped one that is overridden.
        file: where it was read.
        digest: of the file's bytes.
        text: what it had.
    """

    folders: str
    path: str
    file: str
    digest: str
    text: str


def keep_wording(connection: sqlite3.Connection, texts: Iterable[RecordedText]) -> None:
    """Write them; one with the same place takes that of an earlier one."""
    connection.executemany("INSERT OR REPLACE INTO wording VALUES (?,?,?,?,?)", texts)


def recorded_wording(connection: sqlite3.Connection) -> tuple[RecordedText, ...]:
    """All of them; nothing from a run that was recorded before texts were kept."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'wording'").fetchone():
        return ()
    rows = connection.execute("SELECT folders, path, file, digest, text FROM wording ORDER BY folders, path")
    return tuple(RecordedText(*map(str, row)) for row in rows)
