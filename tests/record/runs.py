"""A run as an earlier promptkit recorded it: nano on eight items, with a vote and a reflection."""

import sqlite3
from contextlib import closing
from pathlib import Path

DUMP = Path(__file__).with_name("old_run.sql")


def old_run(directory: Path) -> Path:
    """The recorded run, in `directory`, which is made."""
    directory.mkdir()
    with closing(sqlite3.connect(directory / "run.sqlite")) as connection:
        connection.executescript(DUMP.read_text(encoding="utf-8"))
        connection.execute("PRAGMA journal_mode=WAL")
    return directory


def state(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Everything in a folder: content and time of change of each file."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in sorted(directory.iterdir())}
