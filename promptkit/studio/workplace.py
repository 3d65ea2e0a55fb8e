"""The folder in which somebody writes templates: what can be edited there, and how a text is kept in it.

A text is written beside the file and then put in its place, so that no reader sees half of it, and only where the file
is still the one that was read.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import promptkit.wording.folders as folders
from promptkit.data_files import data_path
from promptkit.errors import TemplateError, UsageError
from promptkit.text_files import refuse_others
from promptkit.types import Value
from promptkit.wording.folders import SUFFIX, decoded
from promptkit.wording.templates import Templates

NEW = ""  # the digest of a file that is not there yet


class Source(Value):
    """The text of a template, and where it stands.

    Attributes:
        digest: of its file in the folder; empty while it has none there, so that keeping it makes one.
        file: that it is read from.
        own: whether that is in the folder.
        shipped: whether one of this name ships with promptkit.
    """

    name: str
    text: str
    digest: str
    file: str
    own: bool
    shipped: bool


class Kept(Value):
    """What became of a text that was to be kept: its new digest, or, where somebody else wrote meanwhile, theirs."""

    digest: str
    kept: bool
    theirs: str = ""


class Named(Value):
    """A template by name, and whether it is in the folder and ships with promptkit."""

    name: str
    own: bool
    shipped: bool


class Workplace:
    """Templates of one's own in `folder`, which need not exist before the first is kept; those of `others` come after.

    Raises:
        UsageError: `folder` is no folder, or is that of the shipped templates, which nobody edits.
    """

    def __init__(self, folder: Path, others: Sequence[Path] = ()) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; name the folder of your templates")
        if folder.resolve().is_relative_to(data_path("templates").resolve()):
            raise UsageError(f"{folder} has the shipped templates; name a folder of your own for your changes")
        self.folder, self.others = folder, tuple(others)
        self._writing = threading.Lock()

    def path(self) -> tuple[Path, ...]:
        """The folders in which templates are looked for: this one, then the others."""
        return (*([self.folder] if self.folder.is_dir() else []), *self.others)

    def templates(self) -> Templates:
        """The templates as they are on disk."""
        return Templates(self.path())

    def with_text(self, name: str, text: str) -> Templates:
        """The templates as they would be with this text kept as `name`.

        Raises:
            TemplateError: no template can have this name.
        """
        self.place(name)
        return self.templates().with_texts({name + SUFFIX: folders.Source(self._file(name), text, digest="")})

    def names(self) -> tuple[Named, ...]:
        """All templates that can be read from here."""
        shipped = set(Templates.shipped().names())
        return tuple(
            Named(name=name, own=self._file(name).is_file(), shipped=name in shipped)
            for name in self.templates().names()
        )

    def read(self, name: str) -> Source:
        """A template as it is on disk.

        Raises:
            TemplateError: there is no such template, it is not UTF-8, or a link leads out of the folder.
            UsageError: its file can't be read.
        """
        shipped = Templates.shipped().find(name) is not None
        own = self.place(name)
        if own.exists():
            text, digest = _content(name, own)
            return Source(name=name, text=text, digest=digest, file=str(self._file(name)), own=True, shipped=shipped)
        templates = self.templates()
        text, file = templates.read(name), templates.file(name)
        return Source(name=name, text=text, digest=NEW, file=str(file), own=False, shipped=shipped)

    def keep(self, name: str, text: str, *, digest: str) -> Kept:
        """Write the text of a template to its file in the folder, which is made if need be.

        It is written only where the file still has the content of `digest`, which `read` returned with the text that
        was edited; else the result has the other text, and nothing is written. The file keeps its permissions and its
        way to end lines.

        Raises:
            TemplateError: the name or a link leads out of the folder.
            UsageError: the file can't be written.
        """
        place = self.place(name)
        with self._writing:  # two requests of the page
            try:
                return _keep(name, place, text, digest)
            except UnicodeEncodeError:
                raise UsageError(
                    f"the text of {name} has half a character, which no file can hold; remove it"
                ) from None
            except OSError as error:
                raise UsageError(f"{place} can't be written: {error.strerror}; is there room, and may you?") from None

    def _file(self, name: str) -> Path:
        return self.folder / (name + SUFFIX)

    def place(self, name: str) -> Path:
        """The file of `name`, there or not; links may lead to it inside of the folder, and not out of it.

        Raises:
            TemplateError: no template can have this name, or a link leads out of the folder.
        """
        parts = PurePosixPath(name).parts
        if name != "/".join(parts) or not parts or {"/", "..", "."} & set(parts) or "\\" in name or "\0" in name:
            raise TemplateError(f"{name!r} is not the name of a template; write it as chain_of_thought/think")
        place = self._file(name).resolve()
        for ours in (False, True):
            folder = (data_path("templates") if ours else self.folder).resolve()
            if place.is_relative_to(folder) == ours:
                where = f"into {folder}" if ours else f"out of {self.folder}"
                raise TemplateError(f"template {name}: a link leads {where}; copy the file instead")
        return place


def _content(name: str, file: Path) -> tuple[str, str]:
    """Text and digest of a file, of the same moment."""
    refuse_others(file)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} can't be read: {error.strerror}") from None
    return decoded(name, file, data), hashlib.sha256(data).hexdigest()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else NEW


def _keep(name: str, place: Path, text: str, digest: str) -> Kept:
    if _digest(place) != digest:
        return _not_kept(name, place)
    before = place.read_bytes() if place.exists() else b""
    data = (text.replace("\n", "\r\n") if b"\r\n" in before else text).encode("utf-8")
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            beside.chmod(place.stat().st_mode & 0o7777)
        if _digest(place) != digest:  # while we wrote
            return _not_kept(name, place)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    return Kept(digest=hashlib.sha256(data).hexdigest(), kept=True)


def _not_kept(name: str, place: Path) -> Kept:
    text, digest = _content(name, place) if place.exists() else ("", NEW)
    return Kept(digest=digest, kept=False, theirs=text)


def chosen(asked: str | None, given: Sequence[Path]) -> tuple[Workplace, str]:
    """The workplace for what somebody asked to edit, a folder or a template's name, and the name to begin with.

    Without `given` folders and a folder asked for, it is the first of `PROMPTKIT_TEMPLATES`, else `templates` here.

    Raises:
        UsageError: there is no such template, or the folder can't be used.
    """
    from_environment = [Path(one) for one in os.environ.get("PROMPTKIT_TEMPLATES", "").split(os.pathsep) if one]
    is_folder = asked is not None and Path(asked).is_dir()
    first = [Path(str(asked)), *given] if is_folder else [*given]
    folder, *others = first or from_environment[:1] or [Path("templates")]
    place = Workplace(folder, tuple(others))
    if asked is not None and not is_folder:
        name = asked.removesuffix(SUFFIX)
        place.read(name)
        return place, name
    names = place.names()
    return place, next((one.name for one in names if one.own), "chain_of_thought/think")
