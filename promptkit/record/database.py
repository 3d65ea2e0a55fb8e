"""Open a SQLite file of promptkit: readable by its owner only, write-ahead logged, with a version."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from promptkit.errors import RecordError

VERSION = 1  # of the schema; a file with a larger one was written by a newer promptkit


def connect(path: Path, schema: str) -> sqlite3.Connection:
    """A connection to `path`, which is created when missing, with the tables of `schema`.

    Write-ahead logging lets readers and one writer work at the same time, also from other processes; `synchronous=FULL`
    means that what was committed survives a power cut.

    Raises:
        RecordError: the file can't be opened or written, is not SQLite, or is newer than this promptkit.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)  # SQLite gives the files beside it the same rights
    except OSError as error:
        raise RecordError(f"record {path} can't be opened: {error.strerror}; name another place") from None
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=30, check_same_thread=False)
        _prepare(connection, path, schema)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # a damaged file may not even name its fault in UTF-8
        if connection:
            connection.close()
        raise RecordError(f"record {path}: {error}; move it away or name another file") from None
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: str) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    written = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if written > VERSION:
        connection.close()
        raise RecordError(f"{path} was written by a newer promptkit (schema {written}, ours is {VERSION}); upgrade")
    with connection:
        connection.executescript(schema)
        connection.execute(f"PRAGMA user_version={VERSION}")


def lock(path: Path) -> sqlite3.Connection:
    """Keep other processes off: the lock is held until the connection is closed or this process ends, however it ends.

    Raises:
        RecordError: another process has it.
    """
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        connection.close()
        message = f"another process is at work in {path.parent}; wait for it, or name another directory"
        raise RecordError(message) from None
    return connection
