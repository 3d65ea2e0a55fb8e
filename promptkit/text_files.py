"""Text files that people bring: whatever else lies under that name is refused in one line, before it is waited for."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from promptkit.errors import UsageError

_OTHERS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "a device"),
)


def refuse_others(path: Path) -> None:
    """Refuse what is no file, before it is opened: a pipe would be waited for, and a device may have no end.

    What the shell has opened for us is read: `/dev/stdin`, and the `/dev/fd/63` of `<(…)`.

    Raises:
        UsageError: it is a folder, pipe, socket or device.
        OSError: it can't be looked at.
    """
    if path.parent == Path("/dev/fd") or path == Path("/dev/stdin"):
        return
    mode = path.stat().st_mode
    for is_it, what in _OTHERS:
        if is_it(mode):
            raise UsageError(f"{path} is {what}; name a file")


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file, with or without a byte-order mark, one at a time.

    Raises:
        UsageError: it does not exist, is not a file but a folder, pipe or device, can't be read, or is not UTF-8.
    """
    try:
        refuse_others(path)
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except UsageError:  # it is a ValueError, too
        raise
    except UnicodeDecodeError as error:  # it knows its place in a part of the file
        raise UsageError(f"{path} is not UTF-8 text: {error.reason}; save it as UTF-8") from None
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from None
    except ValueError:  # what no file is called, such as a name with NUL
        raise UsageError(f"{str(path)!r} is not the name of a file") from None


def read_text(path: Path) -> str:
    """The whole of it; raises what `read_lines` does."""
    return "".join(read_lines(path))
