"""Read a template file whole, or not at all, while an editor or a program may be writing it."""

from __future__ import annotations

import os
import time
from pathlib import Path

QUIET_SECONDS = 0.03  # that a file was left alone before it counts as written
LONG_QUIET_SECONDS = 0.25  # the same where it is read once, for all that follows
EMPTY_SECONDS = 0.3  # the same for an empty one: most writers empty a file before they write it
PATIENCE_SECONDS = 2.0


class BeingWritten(Exception):
    """The file did not come to rest."""


def read_whole(file: Path, quiet: float = QUIET_SECONDS) -> bytes:
    """The bytes of a file that nobody was writing meanwhile; one that was written less than `quiet` seconds ago waits.

    Raises:
        BeingWritten: it was changed again and again for `PATIENCE_SECONDS`.
        OSError: it can't be read.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        before = file.stat()
        content = file.read_bytes()
        rest = _rest(before, quiet if content else max(quiet, EMPTY_SECONDS))
        if rest <= 0 and _same(before, file.stat()) and len(content) == before.st_size:
            return content
        if time.monotonic() > deadline:
            raise BeingWritten
        time.sleep(max(rest, 0.001))


def _rest(state: os.stat_result, quiet: float) -> float:
    """How many seconds it still has to be left alone; a clock that is ahead of ours is none to wait for."""
    age = time.time() - state.st_mtime
    return quiet - age if 0 <= age < quiet else 0


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_mtime_ns, before.st_size, before.st_ino) == (after.st_mtime_ns, after.st_size, after.st_ino)
