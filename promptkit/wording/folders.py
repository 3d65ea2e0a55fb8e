"""Where templates are: the folders of a user in their order, then those that ship with promptkit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateNotFound
from jinja2.loaders import split_template_path

from promptkit.data_files import data_path
from promptkit.wording.faults import Fault

SUFFIX = ".j2"
SHIPPED = "promptkit/"  # the shipped templates are always there under this name
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00", b"\x00-", b"-\x00", b"\x00{", b"{\x00")


@dataclass(frozen=True)
class Source:
    """The text of a template, as it was read."""

    file: Path
    text: str


@dataclass(frozen=True)
class Folders:
    """Template files by name: one in an earlier folder is used instead of a later one."""

    path: tuple[Path, ...]

    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted({name for folder in self.path for name in _names(folder)})

    def find(self, name: str) -> Path | None:
        """The file that `name` is read from, if there is one."""
        found = self._find(name + SUFFIX)
        return None if found is None else found[0]

    def read(self, path: str) -> Source | None:
        """The text of the file at `path` in the folders, or of the shipped one at `promptkit/…`; `None` without one.

        Raises:
            TemplateError: it can't be read, is not UTF-8, or is a link that leads out of its folder.
        """
        found = self._find(path)
        return None if found is None else Source(found[0], _text(path.removesuffix(SUFFIX), *found))

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


def _text(name: str, file: Path, folder: Path) -> str:
    if not file.resolve().is_relative_to(folder.resolve()):
        raise Fault(name, f"{file} is a link that leaves {folder}", way_out="copy the file to it").error()
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Fault(name, f"it can't be read: {error.strerror}", file).error() from None
    return decoded(name, file, content)


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
