"""`promptkit template watch`: the messages of templates anew with each save, and what the save changed about them."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from promptkit.cli import options, output
from promptkit.cli.messages import difference, print_difference, print_heading, print_message
from promptkit.cli.template_files import Located, Row, Set, located, tried_with
from promptkit.errors import UsageError
from promptkit.terminal import Terminal
from promptkit.wording.folders import SUFFIX
from promptkit.wording.templates import Templates
from promptkit.wording.testing import conversation_text

EVERY = 0.3  # seconds between two looks at the files
Looked = dict[str, tuple[Path, int, int]]  # which file each name is read from, when it was written, and its size


def watch(
    named: Annotated[
        str | None, typer.Argument(help="A template, its file, or a folder of templates.", metavar="[NAME|PATH]")
    ] = None,
    set_: Set = None,
    row: Row = None,
    templates: options.TemplateFolders = None,
) -> None:
    """Show the messages a template makes, and after each save what has changed. Ctrl-C stops it.

    A template is also shown again when another one in its folders is saved, since it may include it. In a folder, each
    template that is saved is shown. A mistake is reported in one line.

    Examples:
        promptkit template watch chain_of_thought/think --templates prompts --row stories:3

        promptkit template watch prompts
    """
    found, name = located(named, templates)
    if name is not None:
        found.file(name)  # which has to be there
    shown, folders = _Shown(found, set_, row), _folders(found)
    before = _looked_at(folders)  # what is saved while the first messages are made counts
    with contextlib.suppress(KeyboardInterrupt):
        if name is not None:
            shown.show(name)
        output.print_notice("watching; Ctrl-C stops it")
        for changed in _saved(folders, before):
            for one in [name] if name is not None else changed:
                shown.show(one)


class _Shown:
    """Templates as they were shown last."""

    def __init__(self, templates: Templates, given: list[str] | None, row: str | None) -> None:
        self._templates, self._given, self._row = templates, given, row
        self._before: dict[str, str] = {}
        self._screen = Terminal(soft_wrap=True)

    def show(self, name: str) -> None:
        """Show the messages of a template, and how they differ from those shown before."""
        print_heading(f"{time.strftime('%H:%M:%S')} {name}")
        try:
            messages = self._templates.render(
                name, **tried_with(Located(self._templates, name), self._given, self._row)
            )
        except UsageError as error:
            self._screen.print(Text(" ".join(str(error).split()), style="red"))
        else:
            for message in messages:
                print_message(message)
            text = conversation_text(messages)
            if name in self._before:
                print_difference(difference(self._before[name], text, "before", "now"))
            self._before[name] = text
        sys.stdout.flush()


def _folders(templates: Templates) -> list[Path]:
    """Those in which somebody may save something."""
    from_environment = os.environ.get("PROMPTKIT_TEMPLATES", "").split(os.pathsep)
    return [*templates.folders, *(Path(one) for one in from_environment if one)]


def _saved(folders: Iterable[Path], before: Looked) -> Iterator[list[str]]:
    """The names of the templates that were saved since the last look, again and again."""
    while True:
        time.sleep(EVERY)
        now = _looked_at(folders)
        if changed := sorted({name for name, _ in now.items() - before.items()}):
            yield changed
        before = now


def _looked_at(folders: Iterable[Path]) -> Looked:
    found: Looked = {}
    for folder in folders:
        for file in folder.rglob("*" + SUFFIX):
            with contextlib.suppress(OSError):  # it is gone again
                looked = file.stat()
                name = file.relative_to(folder).as_posix().removesuffix(SUFFIX)
                found.setdefault(name, (file, looked.st_mtime_ns, looked.st_size))
    return found
