"""One template of an app, from a folder or from a package."""

from __future__ import annotations

import atexit
import functools
import importlib.resources
import shutil
import tempfile
from importlib.resources.abc import Traversable
from pathlib import Path

from promptkit.errors import TemplateError
from promptkit.types import Message, Prompt
from promptkit.wording.folders import SUFFIX
from promptkit.wording.header import Header
from promptkit.wording.templates import Templates


class Template:
    """The template `name`, to be given its inputs.

    `Template("support/reply", folder="prompts")` reads `prompts/support/reply.j2`, and with `package="my_app"` as well
    it is the folder inside of that package, which may be in a zip file. Without either it is found where `Templates()`
    finds it. With `reload=False` its files are read once, now, and later edits change nothing.

    Attributes:
        name: of the template.
        templates: where it and those that it includes are found; what a `Wrap` takes.

    Raises:
        TemplateError: there is no such template, package or folder, or it can't be read.
    """

    def __init__(
        self, name: str, *, folder: str | Path | None = None, package: str | None = None, reload: bool = True
    ) -> None:
        self.name = name
        if package is not None:
            folders: tuple[Path, ...] = (_in_package(package, str(folder or "")),)
        else:
            folders = () if folder is None else (Path(folder),)
        self.templates = Templates(folders, reload=reload)
        self.header  # noqa: B018 - an app finds out when it starts, not at its first question

    def __repr__(self) -> str:
        return f"Template({self.name!r}, templates={self.templates!r})"

    @property
    def header(self) -> Header:
        """What its front matter declares."""
        return self.templates.header(self.name)

    def messages(self, **values: object) -> tuple[Message, ...]:
        """The messages that it makes of these inputs.

        Raises:
            TemplateError: an input is missing, unknown or of another type than declared.
        """
        return self.templates.render(self.name, **values)

    def prompt(self, **values: object) -> Prompt:
        """The same as a prompt, to be asked.

        Raises:
            TemplateError: as `messages`, or there is no message.
        """
        made = self.messages(**values)
        if not made:
            raise TemplateError(f"template {self.name} makes no message of these inputs; there is nothing to ask")
        return Prompt(messages=made)

    def render(self, **values: object) -> str:
        """The text of its one user message.

        Raises:
            TemplateError: as `messages`, or it makes other messages than one user turn.
        """
        return self.templates.text(self.name, **values)


@functools.cache
def _in_package(package: str, folder: str) -> Path:
    """The folder inside of a package; of a package that is no folder itself, a copy that lasts as long as we do."""
    try:
        found = importlib.resources.files(package).joinpath(*Path(folder).parts)
    except ModuleNotFoundError:
        raise TemplateError(f"there is no package {package!r}; install it, or correct its name") from None
    if not found.is_dir():
        raise TemplateError(f"the package {package} has no folder {folder!r}; correct it, or add it to the package")
    if isinstance(found, Path):
        return found
    copy = Path(tempfile.mkdtemp(prefix="promptkit-"))
    atexit.register(shutil.rmtree, copy, ignore_errors=True)
    _copy(found, copy)
    return copy


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(exist_ok=True)
    for inner in source.iterdir():
        if inner.is_dir():
            _copy(inner, target / inner.name)
        elif inner.name.endswith(SUFFIX):
            (target / inner.name).write_bytes(inner.read_bytes())
