"""Templates as commands are given them: by name, as a file, or all of a folder; and the values they are tried with."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.tasks import Item, Task, load_task
from promptkit.wording.folders import SUFFIX
from promptkit.wording.inputs import Input
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant
from promptkit.yaml_text import YamlError, parse_yaml

Named = Annotated[str, typer.Argument(help="A template's name, or its file.", metavar="NAME|FILE")]
Set = Annotated[list[str] | None, typer.Option("--set", help="An input as name=value; YAML for lists.", metavar="K=V")]
Row = Annotated[
    str | None,
    typer.Option("--row", help="Show the N-th item of a task, from 1, instead of samples.", metavar="TASK:N"),
]


@dataclass(frozen=True)
class Located:
    """A template, and the folders in which it and what it includes are found."""

    templates: Templates
    name: str


def locate(named: str, folders: Sequence[Path] | None) -> Located:
    """The template of this name, or in this file.

    Raises:
        UsageError: the file is no template's.
    """
    path = Path(named)
    if not (path.is_file() or named.endswith(SUFFIX)):
        return Located(Templates(tuple(folders or ())), named)
    if not path.is_file():
        raise UsageError(f"{named} does not exist; name a template, or its file")
    if not path.name.endswith(SUFFIX):
        raise UsageError(f"{named} is not a template; its name has to end in {SUFFIX}")
    root = _root(path, folders)
    name = path.resolve().relative_to(root.resolve()).as_posix().removesuffix(SUFFIX)
    return Located(Templates((root, *(folders or ()))), name)


def located(path: str | None, folders: Sequence[Path] | None) -> tuple[Templates, str | None]:
    """What to check: one template, or (its name is `None`) all those of a folder.

    Without a path these are the folders of `--templates` and `PROMPTKIT_TEMPLATES`, or else the current folder.

    Raises:
        UsageError: there are no templates at `path`.
    """
    if path is not None and not Path(path).is_dir():
        found = locate(path, folders)
        return found.templates, found.name
    if path is None and (folders or os.environ.get("PROMPTKIT_TEMPLATES")):
        return Templates(tuple(folders or ())), None
    folder = Path(path or ".")
    if next(folder.rglob("*" + SUFFIX), None) is None:
        raise UsageError(f"there are no templates (*{SUFFIX}) in {folder}; name their folder, or `template new` one")
    return Templates((folder, *(folders or ()))), None


def _root(file: Path, folders: Sequence[Path] | None) -> Path:
    """The folder that a file's name is counted from: one that was given, or from which it has a shipped name."""
    for folder in folders or ():
        if file.resolve().is_relative_to(folder.resolve()):
            return folder
    shipped = Templates.shipped().names()
    for folder in file.parents:
        name = file.relative_to(folder).as_posix().removesuffix(SUFFIX)
        if base_and_variant(name)[0] in shipped:
            return folder
    return file.parent


def item_at(row: str) -> tuple[Task, Item]:
    """The task and item that `TASK:N` names.

    Raises:
        UsageError: no such task, or no such item in it.
    """
    name, colon, number = row.rpartition(":")
    if not colon or not number.isascii() or not number.isdigit():
        raise UsageError(f"--row {row}: write TASK:N, such as stories:3")
    task = load_task(name)
    if not 1 <= int(number) <= len(task.items):
        raise UsageError(f"--row {row}: {task.name} has the items 1 to {len(task.items)}")
    return task, task.items[int(number) - 1]


def tried_with(found: Located, given: Sequence[str] | None, row: str | None) -> dict[str, Any]:
    """The values of a template's inputs: those given, those of a task's item, and samples for the rest.

    Raises:
        UsageError: an input that there is not, or a value that can't be read.
    """
    inputs = found.templates.header(found.name).inputs
    values = {key: one.sample for key, one in inputs.items() if one.sample is not None}
    values |= {key: one.stand_in(key) for key, one in inputs.items() if one.required and key not in values}
    texts = dict(_assignment(text) for text in given or [])
    takes = inputs or sorted(found.templates.variables(found.name)[0] or texts)  # without front matter, what it shows
    if row is not None:
        values |= _of_row(row, takes)
    for key in texts:
        if key not in takes:
            has = did_you_mean(key, takes, f"it has {', '.join(takes) or 'none'}")
            raise UsageError(f"template {found.name} has no input {key!r}; {has}")
    return values | {key: _read(key, text, inputs) for key, text in texts.items()}


def _of_row(row: str, takes: Sequence[str] | Mapping[str, Input]) -> dict[str, Any]:
    from promptkit.strategies.wrap import offered

    task, item = item_at(row)
    given = offered(item.prompt(), examples=item.examples or task.train[:4], answer=task.answer)
    return {key: value for key, value in {**(task.instructions or {}), **given}.items() if key in takes}


def _assignment(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise UsageError(f"--set {text}: write name=value")
    return key, value


def _read(key: str, text: str, inputs: Mapping[str, Input]) -> object:
    if key not in inputs or inputs[key].type == "text":
        return text
    try:
        return parse_yaml(text)
    except YamlError:
        raise UsageError(f"--set {key}={text}: not YAML; a list is written [a, b]") from None
