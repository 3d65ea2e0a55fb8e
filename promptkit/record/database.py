"""Open a SQLite file of promptkit, to write it or only to read it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from promptkit.errors import RecordError

VERSION = 1  # of the schema; a file with a larger one was written by a newer promptkit


def connect(path: Path, schema: str) -> sqlite3.Connection:
    """A connection to write `path`, which is created when missing, with the tables of `schema`.

    The file is readable by its owner only, and so is its folder when it is made. Write-ahead logging lets readers and
    one writer work at the same time, also from other processes; `synchronous=FULL` means that what was committed
    survives a power cut.

    Raises:
        RecordError: the file can't be opened or written, is not SQLite, or is newer than this promptkit.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        full = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        way_out = "make room on the disk" if full else "move it away or name another file"
        raise RecordError(f"record {path}: {error}; {way_out}") from None
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: str) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    try:
        check_version(connection, path)
    except RecordError:
        connection.close()
        raise
    with connection:
        connection.executescript(schema)
        connection.execute(f"PRAGMA user_version={VERSION}")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file of a newer promptkit.

    Raises:
        RecordError: `path` has a larger schema version than this promptkit knows.
    """
    written = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if written > VERSION:
        raise RecordError(f"{path} was written by a newer promptkit (schema {written}, ours is {VERSION}); upgrade")


@contextmanager
def connect_to_read(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that reads `path` in one state and leaves no trace in its folder, which may be read-only.

    A file without a write-ahead log is at rest, and read as it is. With one, a run is under way, was killed, or was
    copied while under way: SQLite then reads the log beside the file, through the index of the log that the writer left
    (`-shm`). Where that index is missing, it would have to be written: a private copy is read instead.

    Raises:
        sqlite3.Error: it is not SQLite, is damaged, or was written while it was read as a file at rest.
    """
    log, index = (path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))
    if not log.exists():
        before = path.stat()
        with _read_only(path, "immutable=1") as connection:
            yield connection
        after = path.stat()
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            raise sqlite3.OperationalError("it was changed meanwhile; read it again")
    elif index.exists():
        with _read_only(path, "mode=ro&readonly_shm=1") as connection:
            yield connection
    else:
        with TemporaryDirectory(prefix="promptkit-") as folder:
            _copy((path, log), Path(folder))
            with _read_only(Path(folder) / path.name, "mode=ro") as connection:
                yield connection


def _copy(files: Iterable[Path], folder: Path) -> None:
    try:
        for file in files:
            shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise sqlite3.OperationalError(f"it can't be copied to {folder}: {error.strerror}") from None


@contextmanager
def _read_only(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("BEGIN")  # until it is closed, so that all reads see the same state
        yield connection


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
        message = f"another process or thread is working in {path.parent}; wait for it, or name another directory"
        raise RecordError(message) from None
    return connection
