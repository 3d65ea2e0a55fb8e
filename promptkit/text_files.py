"""Text files that people bring: whatever else lies under that name is refused in one line, before it is waited for."""

from __future__ import annotations

import codecs
import gzip
import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promptkit.errors import UsageError

LONGEST_LINE = 2**26  # characters of a line of a packed file, or of one that a program writes

_OTHERS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode), "a device"),
)
_MARKS = (  # byte-order marks, with what the encoding is called
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
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


@contextmanager
def _refused(path: Path) -> Iterator[None]:
    """What keeps a file from being read, in one line."""
    try:
        refuse_others(path)
        yield
    except UsageError:  # it is a ValueError, too
        raise
    except UnicodeDecodeError as error:  # it knows its place in a part of the file
        name = "UTF-16" if error.encoding.startswith("utf-16") else "UTF-8"
        raise UsageError(f"{path} is not {name} text: {error.reason}; save it as UTF-8") from None
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path} can't be read: {error}") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from None
    except ValueError:  # what no file is called, such as a name with NUL
        raise UsageError(f"{str(path)!r} is not the name of a file") from None


def require_file(path: Path) -> None:
    """See that there is a file to be opened.

    Raises:
        UsageError: it does not exist, or is not a file but a folder, pipe, socket or device.
    """
    with _refused(path):
        pass


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file, with or without a byte-order mark, one at a time.

    Raises:
        UsageError: it does not exist, is not a file but a folder, pipe or device, can't be read, or is not UTF-8.
    """
    with _refused(path), path.open(encoding="utf-8-sig") as file:
        yield from file


def read_text(path: Path) -> str:
    """The whole of it; raises what `read_lines` does."""
    return "".join(read_lines(path))


def read_packed_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 or, with a mark, UTF-16 file, which may be packed with gzip, one at a time.

    Raises:
        UsageError: as `read_lines`; or a line is longer than `LONGEST_LINE`.
    """
    with _refused(path), _opened(path) as file:
        head = file.peek(3)[:3]
        encoding = next((codec for mark, codec, _ in _MARKS if head.startswith(mark)), "utf-8-sig")
        with io.TextIOWrapper(file, encoding=encoding) as text:
            while line := text.readline(LONGEST_LINE):
                if len(line) >= LONGEST_LINE:
                    raise UsageError(f"{path} has a line of more than {LONGEST_LINE:,} characters; it is not read")
                yield line


def read_any_encoding(path: Path, *, most: int, only_unicode: bool = False) -> tuple[str, str]:
    """The whole text, and what its encoding is called: UTF-8, UTF-16 (with or without a mark) or else cp1252.

    It may be packed with gzip. `only_unicode` excludes cp1252, which nearly any bytes are.

    Raises:
        UsageError: as `read_lines`; or it has more than `most` bytes.
    """
    with _refused(path):
        with _opened(path) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise UsageError(f"{path} has more than {most:,} bytes; split it, or write it as JSON Lines")
        for mark, codec, name in (*_MARKS, *_unmarked(data)):
            if data.startswith(mark):
                return data.decode(codec), name
        try:
            return data.decode("utf-8"), "UTF-8"
        except UnicodeDecodeError:
            if only_unicode:
                raise
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is neither UTF-8 nor cp1252 text: {error.reason}; save it as UTF-8") from None


def _unmarked(data: bytes) -> tuple[tuple[bytes, str, str], ...]:
    """UTF-16 without a mark: every other byte of its beginning is 0."""
    head = data[:64]
    if len(head) > 3 and len(data) % 2 == 0:
        for codec, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
            if not any(zeros) and all(others):
                return ((b"", codec, "UTF-16"),)
    return ()


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader | gzip.GzipFile]:
    """Its bytes, unpacked where they are packed with gzip, whatever it is called."""
    with path.open("rb") as file:
        if file.peek(2)[:2] != b"\x1f\x8b":
            yield file
            return
        with gzip.open(file) as unpacked:
            yield unpacked
