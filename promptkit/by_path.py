"""What a command may import by a path such as `mine:Vote`, and where it looks for it.

To import a module runs its code. So a command imports what the person typed, and what a record or a task file names
only when told to; and it looks in the current folder only then, after the standard library and installed packages. In
Python, whoever calls the library decides what it is given, and `sys.path` is theirs.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from promptkit.errors import UsageError

_PATH = re.compile(r"(?<![\w.])[\w.]++:[\w.]++")  # from the beginning of a word, so that each is read once


class NamedByFile(UsageError):
    """A file names something to import, and the person did not."""


@dataclass
class _Command:
    typed: set[str] = field(default_factory=set)
    trusts_files: bool = False
    folder: str | None = None  # once it is on the path


_running: _Command | None = None


@contextmanager
def command() -> Iterator[None]:
    """While a command runs, it imports by path only what it may."""
    global _running
    before, _running = _running, _Command()
    try:
        yield
    finally:
        if _running.folder in sys.path:
            sys.path.remove(str(_running.folder))
        _running = before


def typed(*texts: object) -> None:
    """The person typed these names of tasks, models, strategies, answer types and formats."""
    if _running:
        given = [text for text in texts if isinstance(text, str)]
        _running.typed.update(given, (path for text in given for path in _PATH.findall(text)))


def trust_files(trusted: bool = True) -> None:
    """What files name may be imported as well, if `trusted`."""
    if _running:
        _running.trusts_files |= trusted


def imported_any() -> bool:
    """Whether this command has imported something by path."""
    return bool(_running and _running.folder)


def allow(path: str) -> None:
    """Look for `path`, which shall be imported, in the current folder, too.

    Raises:
        NamedByFile: a command is running whose user did not name it.
    """
    if not _running:
        return
    if path not in _running.typed and not _running.trusts_files:
        who = f"{path} is named by a file (a record or a task), not on the command line"
        raise NamedByFile(f"{who}, and to import it is to run its code; look at it, and add --trust")
    if _running.folder is None:
        try:
            _running.folder = os.getcwd()  # noqa: PTH109 - as Python writes it on its path
        except OSError:
            return  # it was deleted
        sys.path.append(_running.folder)
