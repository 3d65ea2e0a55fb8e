"""The file of a cassette: recorded calls, one JSON object per line, each call once."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from promptkit.errors import RecordError, UsageError
from promptkit.text_files import refuse_others
from promptkit.types import Completion


class RecordedCall(NamedTuple):
    """A line of the file."""

    key: str
    endpoint: str
    completion: Completion

    def line(self) -> bytes:
        """As it is written."""
        row = {"key": self.key, "endpoint": self.endpoint, "completion": self.completion.model_dump()}
        return json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass")

    def reply(self) -> bytes:
        """What distinguishes its reply from another one to the same call: not how long it took."""
        reply = self.completion.model_dump_json(include={"text", "finish_reason", "usage", "tokens"})
        return hashlib.sha256(reply.encode("utf-8", "surrogatepass")).digest()


def read_cassette(path: Path) -> Iterator[RecordedCall]:
    """The calls of a cassette, in the order of its lines.

    Raises:
        UsageError: it can't be read, or a line is not a recorded call.
    """
    try:
        refuse_others(path)
        lines = path.read_text(encoding="utf-8", errors="surrogatepass").split("\n")
    except OSError as error:
        raise UsageError(f"cassette {path} can't be read: {error.strerror}; name the file that Record wrote") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"cassette {path} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            call = RecordedCall(str(row["key"]), str(row["endpoint"]), Completion.model_validate(row["completion"]))
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UsageError(
                f"cassette {path}, line {number}: not a recorded call; remove the line or record again"
            ) from None
        yield call


class CassetteFile:
    """A cassette that is written, by all who record to it in this process; others may write it as well."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._replies: dict[str, bytes] = {}  # by the key of the call
        self._seen: tuple[int, int, int] | None = None  # the state of the file in which they were read
        self._cut = False  # its last line has no end
        self._read_changes()

    def add(self, call: RecordedCall) -> None:
        """Write a call; in the place of an earlier one with the same key, if its reply is another.

        Raises:
            RecordError: it can't be written.
            UsageError: someone else made it something that is not a cassette.
        """
        with self._lock:
            self._read_changes()
            reply = call.reply()
            known = self._replies.get(call.key)
            if known == reply:
                return
            try:
                if known is None:
                    self._append(call.line())
                else:
                    self._replace(call)
            except OSError as error:
                message = f"cassette {self.path} can't be written: {error.strerror}; nothing more is asked"
                raise RecordError(message) from None
            self._replies[call.key] = reply
            self._cut = False
            self._seen = _state(self.path)

    def _read_changes(self) -> None:
        state = _state(self.path)
        if state == self._seen:
            return
        self._replies = {call.key: call.reply() for call in read_cassette(self.path)} if state else {}
        self._cut = bool(state and state[1]) and not self.path.read_bytes().endswith(b"\n")
        self._seen = state

    def _append(self, line: bytes) -> None:
        file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(file, (b"\n" if self._cut else b"") + line + b"\n")
        finally:
            os.close(file)

    def _replace(self, call: RecordedCall) -> None:
        lines = (call.line() if old.key == call.key else old.line() for old in read_cassette(self.path))
        beside = self.path.with_name(f".{self.path.name}.new")
        beside.touch(mode=0o600)
        beside.write_bytes(b"".join(line + b"\n" for line in dict.fromkeys(lines)))
        beside.replace(self.path)


def _state(path: Path) -> tuple[int, int, int] | None:
    """What changes when someone writes the file; nothing when it is not there."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


_files: weakref.WeakValueDictionary[Path, CassetteFile] = weakref.WeakValueDictionary()
_opening = threading.Lock()


def open_cassette(path: Path) -> CassetteFile:
    """The file at `path`, one for all who write it. Its folder is made when missing.

    Raises:
        UsageError: it can't be written there, or what is there is not a cassette.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cassette {path} can't be written: {error.strerror}; name another place") from None
    if path.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"cassette {path} can't be written there; name a file in a folder that you may write in")
    whole = path.resolve()
    with _opening:
        file = _files.get(whole)
        if file is None:
            file = _files[whole] = CassetteFile(whole)
        return file
