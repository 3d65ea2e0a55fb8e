"""The durable record of calls: one SQLite file, readable with any SQLite tool.

Table `calls`, one row a call: key (see `promptkit.record.identity`), model, endpoint, prompt (JSON: messages,
temperature, max_tokens, stop, logprobs, effort, schema, draw), text, finish_reason, usage (JSON), seconds, asked_at
(UTC, ISO 8601).

Table `images`, one row an image that prompts have: sha256, media_type, data. In the prompts stands its hash alone.

Table `tokens`, one row a call that was asked for log probabilities: key, tokens (JSON: of each token of the reply text,
logprob and alternatives).
"""

from __future__ import annotations

import copy
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter

from promptkit.backend import Closing
from promptkit.errors import RecordError
from promptkit.image import Image
from promptkit.loops import Outcome, in_thread
from promptkit.record.database import connect
from promptkit.types import Completion, Prompt, Token, Usage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, endpoint TEXT NOT NULL, prompt TEXT NOT NULL, text TEXT NOT NULL,
    finish_reason TEXT NOT NULL, usage TEXT NOT NULL, seconds REAL NOT NULL, asked_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (key TEXT PRIMARY KEY, tokens TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS images (sha256 TEXT PRIMARY KEY, media_type TEXT NOT NULL, data BLOB NOT NULL);
"""
_TOKENS = TypeAdapter(tuple[Token, ...])
_COLUMNS = "key, model, prompt, text, finish_reason, usage, seconds"
_SELECT = f"SELECT {_COLUMNS}, tokens FROM calls LEFT JOIN tokens USING (key) WHERE key = ?"  # noqa: S608 - constants
_BEGINNING = 8  # characters of a key, from which it is unlikely that two begin so
_AT_ONCE = 500  # keys a query; SQLite takes at least 999
_Row = tuple[str | float, ...]


class CallStore(Closing):
    """Completed calls by key. `put` returns when the call is on disk; calls put at the same time share one commit.

    It may be shared by event loops and threads, and a loop that ends leaves it whole: it writes in a thread of its own.
    Close it by `with`, `async with`, or `close()`; one that nobody closes is closed with the interpreter.

    Raises:
        RecordError: the file can't be opened or written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._writer = connect(self.path, _SCHEMA)
        self._reader = connect(self.path, _SCHEMA)  # of its own, so that looking up never waits for a commit
        self._reading, self._adding = threading.Lock(), threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="promptkit-record")
        self._rows: list[tuple[_Row, _Row | None]] = []
        self._images: dict[str, Image] = {}  # to be written, before the calls that have them
        self._kept_images: set[str] = set()
        self._next_commit: Outcome[RecordError | None] | None = None
        self._end = weakref.finalize(self, _close, self._thread, self._reader, self._writer)  # also at the very end

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, key: str) -> Completion | None:
        """The recorded call, marked `cached`, or nothing.

        Raises:
            RecordError: it is closed, the file can't be read, or what it has under `key` is not a call.
        """
        self._check()
        try:
            with self._reading:
                row = self._reader.execute(_SELECT, (key,)).fetchone()
            return None if row is None else _call(*row)
        except sqlite3.Error as error:
            raise RecordError(f"record {self.path} can't be read: {error}; move it away or name another file") from None
        except ValueError:  # pydantic's, too
            message = f"record {self.path}: the row {key!r} of its table calls is not a call; delete it, to ask again"
            raise RecordError(message) from None

    async def put(self, key: str, endpoint: str, call: Completion) -> None:
        """Write one call and return when it is on disk.

        Raises:
            RecordError: it is closed, or could not be written.
        """
        row = _row(key, endpoint, call), _token_row(key, call)
        with self._adding:
            self._check()
            self._rows.append(row)
            for image in call.prompt.images:
                if image.data is not None and image.sha256 not in self._kept_images:
                    self._images[image.sha256] = image
            if (commit := self._next_commit) is None:
                commit = self._next_commit = Outcome[RecordError | None]()
                try:
                    self._thread.submit(self._commit)  # rows gather while the ones before are written
                except RuntimeError as error:  # it is being closed, or the interpreter exits
                    self._rows, self._next_commit = [], None
                    raise RecordError(f"record {self.path} can't be written any more: {error}") from None
        if failure := await commit.get():
            raise copy.copy(failure)

    def close(self) -> None:
        """Write what was put, and close the file. Using it again is a `RecordError`."""
        self._thread.shutdown()
        self._end()

    async def aclose(self) -> None:
        """As `close`."""
        await in_thread(self.close)

    def _check(self) -> None:
        if not self._end.alive:
            raise RecordError(f"record {self.path} is closed; open it again with CallStore(path)")

    def _commit(self) -> None:
        with self._adding:
            rows, self._rows, commit, self._next_commit = self._rows, [], self._next_commit, None
            images, self._images = self._images, {}
        failure = self._write([row for row, _ in rows], [tokens for _, tokens in rows if tokens], images.values())
        if failure is None:
            self._kept_images.update(images)
        if commit:
            commit.set(failure)

    def _write(self, rows: list[_Row], tokens: list[_Row], images: Iterable[Image]) -> RecordError | None:
        try:
            with self._writer:
                kept = ((image.sha256, image.media_type, image.data) for image in images)
                self._writer.executemany("INSERT OR IGNORE INTO images VALUES (?,?,?)", kept)
                self._writer.executemany("INSERT OR REPLACE INTO calls VALUES (?,?,?,?,?,?,?,?,?)", rows)
                self._writer.executemany("INSERT OR REPLACE INTO tokens VALUES (?,?)", tokens)
        except sqlite3.Error as error:
            return RecordError(f"record {self.path} can't be written: {error}; nothing more is asked")
        return None


def _close(thread: ThreadPoolExecutor, *connections: sqlite3.Connection) -> None:
    thread.shutdown(wait=False)  # it has nothing left to write
    for connection in connections:
        connection.close()


def find_calls(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, Completion]:
    """The recorded calls with these keys, without their tokens; those that the record lacks are left out.

    Raises:
        sqlite3.Error: the record can't be read.
    """
    return {row[0]: _call(*row) for row in _selected(connection, _COLUMNS, keys)}


def find_texts(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, str]:
    """The texts alone of the same calls.

    Raises:
        sqlite3.Error: the record can't be read.
    """
    return dict(_selected(connection, "key, text", keys))


def find_usages(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, Usage]:
    """What the same calls used, summed up by model.

    Raises:
        sqlite3.Error: the record can't be read.
    """
    found: dict[str, Usage] = {}
    for model, usage in _selected(connection, "model, usage", keys):
        found[model] = found.get(model, Usage()) + Usage.model_validate_json(usage)
    return found


def _selected(connection: sqlite3.Connection, columns: str, keys: Iterable[str]) -> list[Any]:
    found: list[Any] = []
    wanted = list(dict.fromkeys(key for key in keys if key))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        query = f"SELECT {columns} FROM calls WHERE key IN ({marks})"  # noqa: S608 - constants
        found += connection.execute(query, part).fetchall()
    return found


def find_keys(connection: sqlite3.Connection, beginning: str) -> list[str]:
    """The recorded call with this key; else two at most whose keys begin so, where `beginning` has 8 characters.

    Raises:
        sqlite3.Error: the record can't be read.
    """
    found = connection.execute("SELECT key FROM calls WHERE key = ?", (beginning,)).fetchall()
    if not found and len(beginning) >= _BEGINNING:
        query = "SELECT key FROM calls WHERE substr(key, 1, ?) = ? LIMIT 2"
        found = connection.execute(query, (len(beginning), beginning)).fetchall()
    return [key for (key,) in found]


def find_image(connection: sqlite3.Connection, sha256: str) -> bytes | None:
    """The recorded image with this hash; nothing where the record has none.

    Raises:
        sqlite3.Error: the record can't be read.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'images'").fetchone():
        return None  # of an older record
    row = connection.execute("SELECT data FROM images WHERE sha256 = ?", (sha256,)).fetchone()
    return row[0] if row and isinstance(row[0], bytes) else None


def _call(
    key: str,
    model: str,
    prompt: str,
    text: str,
    finish_reason: str,
    usage: str,
    seconds: float,
    tokens: str | None = None,
) -> Completion:
    return Completion.model_validate(
        {
            "text": text,
            "prompt": Prompt.model_validate_json(prompt),
            "by": model,
            "usage": Usage.model_validate_json(usage),
            "tokens": _TOKENS.validate_json(tokens) if tokens else (),
            "finish_reason": finish_reason,
            "seconds": seconds,
            "cached": True,
            "key": key,
        }
    )


def _row(key: str, endpoint: str, call: Completion) -> _Row:
    asked = (key, call.by, endpoint, call.prompt.model_dump_json())
    answered = (call.text, call.finish_reason, call.usage.model_dump_json(), call.seconds)
    return (*asked, *answered, datetime.now(UTC).isoformat(timespec="milliseconds"))


def _token_row(key: str, call: Completion) -> _Row | None:
    return (key, _TOKENS.dump_json(call.tokens).decode()) if call.tokens else None
