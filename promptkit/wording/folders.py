"""Where templates are: the folders of a user in their order, then those that ship with promptkit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateNotFound
from jinja2.loaders import split_template_path

from promptkit.data_files import data_path
from promptkit.wording.faults import Fault
from promptkit.wording.reading import QUIET_SECONDS, BeingWritten, read_whole

SUFFIX = ".j2"
SHIPPED = "promptkit/"  # the shipped templates are always there under this name
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00-", b"-\x00", b"\x00{", b"{\x00")


@dataclass(frozen=True)
class Source:
    """The text of a template, as it was read; the digest is of the file's bytes."""

    file: Path
    text: str
    digest: str


@dataclass(frozen=True)
class Folders:
    """Template files by name: one in an earlier folder is used instead of a later one."""

    path: tuple[Path, ...]

    @classmethod
    def shipped(cls) -> Folders:
        """Those that ship with promptkit."""
        return cls((data_path("templates"),))

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted({name for folder in self.path for name in _names(folder)})

    def find(self, name: str) -> Path | None:
        """The file that `name` is read from, if there is one."""
        found = self._find(name + SUFFIX)
        return None if found is None else found[0]

    def read(self, path: str, *, quiet: float = QUIET_SECONDS) -> Source | None:
        """The text of the file at `path` in the folders, or of the shipped one at `promptkit/…`; `None` without one.

        A file that was written less than `quiet` seconds ago is waited for.

        Raises:
            TemplateError: it can't be read, is not UTF-8, or is a link that leads out of its folder.
        """
        found = self._find(path)
        return None if found is None else _read(path.removesuffix(SUFFIX), *found, quiet)

    def _find(self, path: str) -> tuple[Path, Path] | None:
        """The file at `path`, and its folder."""
        try:
            parts = split_template_path(path)
        except TemplateNotFound:  # it would lead out of the folder
            return None
        places = [(folder, parts) for folder in self.path]
        if path.startswith(SHIPPED):
            places.append((data_path("templates"), parts[1:]))
        found = ((folder.joinpath(*inner), folder) for folder, inner in places)
        return next((one for one in found if one[0].is_file()), None)


def _names(folder: Path) -> Iterator[str]:
    for file in folder.rglob("*" + SUFFIX):
        yield file.relative_to(folder).as_posix().removesuffix(SUFFIX)


def _read(name: str, file: Path, folder: Path, quiet: float) -> Source:
    if not file.resolve().is_relative_to(folder.resolve()):
        raise Fault(name, f"{file} is a link that leaves {folder}", way_out="copy the file to it").error()
    try:
        content = read_whole(file, quiet)
    except BeingWritten:
        raise Fault(
            name, "it is being written all the time", file, way_out="try again when it is saved"
        ).error() from None
    except OSError as error:
        raise Fault(name, f"it can't be read: {error.strerror}", file).error() from None
    return Source(file, decoded(name, file, content), hashlib.sha256(content).hexdigest()[:16])


def decoded(name: str, file: Path, content: bytes) -> str:
    """The text of a template file, with or without a byte-order mark; lines end as on any system.

    Raises:
        TemplateError: it is not UTF-8.
    """
    if content.startswith(_UTF_16) or b"\x00" in content:
        fact = "it is UTF-16 text" if content.startswith(_UTF_16) else "it has NUL characters"
        raise Fault(name, fact, file, way_out="save it as UTF-8").error()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fact = f"it is not UTF-8 text: {error.reason}"
        raise Fault(name, fact, file, line, "save it as UTF-8").error() from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
