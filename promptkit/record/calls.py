"""The durable record of calls: one SQLite file, readable with any SQLite tool.

Table `calls`, one row a call: key (see `promptkit.record.identity`), model, endpoint, prompt (JSON: messages,
temperature, max_tokens, stop, logprobs, draw), text, finish_reason, usage (JSON), seconds, asked_at (UTC, ISO 8601).

Table `tokens`, one row a call that was asked for log probabilities: key, tokens (JSON: of each token of the reply text,
logprob and alternatives).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter

from promptkit.errors import RecordError
from promptkit.record.database import connect
from promptkit.types import Completion, Prompt, Token, Usage

_SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, endpoint TEXT NOT NULL, prompt TEXT NOT NULL, text TEXT NOT NULL,
    finish_reason TEXT NOT NULL, usage TEXT NOT NULL, seconds REAL NOT NULL, asked_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (key TEXT PRIMARY KEY, tokens TEXT NOT NULL);
"""
_TOKENS = TypeAdapter(tuple[Token, ...])
_COLUMNS = "key, model, prompt, text, finish_reason, usage, seconds"
_SELECT = f"SELECT {_COLUMNS}, tokens FROM calls LEFT JOIN tokens USING (key) WHERE key = ?"  # noqa: S608 - constants
_AT_ONCE = 500  # keys a query; SQLite takes at least 999
_Row = tuple[str | float, ...]


class CallStore:
    """Completed calls by key. `put` returns when the call is on disk; calls put at the same time share one commit.

    Raises:
        RecordError: the file can't be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = connect(path, _SCHEMA)
        self._reader = connect(path, _SCHEMA)  # of its own, so that looking up never waits for a commit
        self._rows: list[tuple[_Row, _Row | None]] = []
        self._next_commit: asyncio.Task[None] | None = None
        self._committing = asyncio.Lock()

    def get(self, key: str) -> Completion | None:
        """The recorded call, marked `cached`, or nothing.

        Raises:
            RecordError: the file can't be read, or what it has under `key` is not a call.
        """
        try:
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
            RecordError: it could not be written.
        """
        self._rows.append((_row(key, endpoint, call), _token_row(key, call)))
        if self._next_commit is None:
            self._next_commit = asyncio.create_task(self._commit())
        await asyncio.shield(self._next_commit)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        self._writer.close()

    async def _commit(self) -> None:
        async with self._committing:  # one at a time: rows gather while the one before is written
            rows, self._rows, self._next_commit = self._rows, [], None
            await asyncio.to_thread(self._write, [row for row, _ in rows], [tokens for _, tokens in rows if tokens])

    def _write(self, rows: list[_Row], tokens: list[_Row]) -> None:
        try:
            with self._writer:
                self._writer.executemany("INSERT OR REPLACE INTO calls VALUES (?,?,?,?,?,?,?,?,?)", rows)
                self._writer.executemany("INSERT OR REPLACE INTO tokens VALUES (?,?)", tokens)
        except sqlite3.Error as error:
            raise RecordError(f"record {self.path} can't be written: {error}; nothing more is asked") from None


def find_calls(connection: sqlite3.Connection, keys: Iterable[str]) -> dict[str, Completion]:
    """The recorded calls with these keys, without their tokens; those that the record lacks are left out.

    Raises:
        sqlite3.Error: the record can't be read.
    """
    wanted = list(dict.fromkeys(key for key in keys if key))
    found: dict[str, Completion] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        query = f"SELECT {_COLUMNS} FROM calls WHERE key IN ({marks})"  # noqa: S608 - constants
        found.update((row[0], _call(*row)) for row in connection.execute(query, part))
    return found


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
