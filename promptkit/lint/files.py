"""Rules about the file: whether it is read, what of it is, and what it is used for."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

from promptkit.did_you_mean import closest
from promptkit.errors import TemplateError
from promptkit.lint.rule import Hit, rule
from promptkit.lint.subject import Subject
from promptkit.wording.folders import SUFFIX
from promptkit.wording.header import unread
from promptkit.wording.structure import structure_faults
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant

UNPARSED = (jinja2.TemplateSyntaxError, RecursionError)  # what a tree can't be made of
_SIMILAR = 0.85  # from here on a name is taken for a misspelt one: the names of templates of one's own are free
_NEARLY = (".jinja", ".jinja2", ".j2.txt", ".j2.html", ".txt", ".md", ".tmpl", ".J2")  # suffixes of other tools
_HEADER_LOST = re.compile(r"front matter (?:has no end|begins with|lacks|stands below)")
_TWICE = re.compile(r"the key '(?P<key>.+)' occurs twice")


@rule(
    "unreadable",
    "error",
    reason="The template can't be read or parsed: every run that uses it ends before its first call.",
    fix="correct what the message names",
)
def unreadable(subject: Subject) -> Iterator[Hit]:
    """Anything that keeps the template from being loaded, and that no rule below is about."""
    if (error := _problem(subject)) and not (_HEADER_LOST.search(str(error)) or _TWICE.search(str(error))):
        yield hit(subject.name, subject.file, error)


@rule(
    "header-not-read",
    "error",
    reason="Front matter that is not recognised is sent to the model as text, and its inputs are not declared.",
    fix="begin the file with a line of three dashes, ---, and end the front matter with another",
)
def header_not_read(subject: Subject) -> Iterator[Hit]:
    """Front matter without its end, with other dashes, below a comment, or in another encoding."""
    if (error := _problem(subject)) and _HEADER_LOST.search(str(error)):
        yield hit(subject.name, subject.file, error)


@rule(
    "doubled-key",
    "error",
    reason="YAML keeps the last of two equal keys: what was declared first is lost.",
    fix="take one of them out",
)
def doubled_key(subject: Subject) -> Iterator[Hit]:
    """A key of the front matter that stands there twice."""
    if (error := _problem(subject)) and (found := _TWICE.search(str(error))):
        line = error.line or 1
        yield Hit(line, found[0], subject.column_of(line, found["key"]))


@rule(
    "overrides-nothing",
    "error",
    reason="A file or block that is meant to replace another one, but has another name, is never used: the shipped "
    "wording is sent.",
    fix="give it the name of the one it replaces",
)
def overrides_nothing(subject: Subject) -> Iterator[Hit]:
    """A template, or a block of one, whose name is almost that of one that there is."""
    if found := misnamed(subject.templates, subject.name):
        yield found
    if subject.tree.find(nodes.Extends) is None:
        return
    above = {block.name for tree in subject.ancestors() for block in tree.find_all(nodes.Block)}
    inner = {id(block) for top in subject.tree.body for block in top.find_all(nodes.Block)}
    for block in subject.tree.find_all(nodes.Block):
        if block.name not in above and id(block) not in inner - {id(top) for top in subject.tree.body}:
            message = f"block {block.name!r} is in no template that this one extends"
            fix = f"there are {', '.join(sorted(above))}" if above else "there are no blocks in it"
            yield Hit(block.lineno, message, subject.column_of(block.lineno, block.name), fix)


def misnamed(templates: Templates, name: str) -> Hit | None:
    """A template that no strategy uses, whose name is nearly that of a shipped one; a part of another one is used."""
    names = Templates.shipped().names()
    own, _ = base_and_variant(name)
    close = _close(own, names)
    if own in names or own.rpartition("/")[2].startswith("_") or close is None:
        return None
    return None if name in _parts(templates) else Hit(1, f"no strategy uses {name!r}", 1, f"did you mean {close}?")


def _parts(templates: Templates) -> set[str]:
    """The templates that others include or extend."""
    found = set[str]()
    for name in templates.names():
        with contextlib.suppress(TemplateError):
            found |= templates.variables(name)[1]
    return found


def stray_files(folder: Path) -> Iterator[tuple[Path, Hit]]:
    """Files that are no templates by their name, and nearly have that of a shipped one.

    Beside an override that is read, such as a note about `think.j2` in `think.md`, they are meant.
    """
    names = Templates.shipped().names()
    known = {part for name in names for part in name.split("/")}
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        suffix = next((one for one in _NEARLY if path.endswith(one)), None)
        stem = path.removesuffix(suffix or "")
        if suffix and not known.isdisjoint(stem.casefold().split("/")) and file.is_file():  # there may be many files
            close = _close(stem, names)
            if close and not (folder / (close + SUFFIX)).is_file():
                yield file, Hit(1, f"it is not read: its name ends in {suffix}", 1, f"name it {close}{SUFFIX}")


@rule(
    "lost-text",
    "error",
    reason="Text outside of roles, or outside of the blocks of a template that extends another, reaches no message.",
    fix="move it into a role",
)
def lost_text(subject: Subject) -> Iterator[Hit]:
    """Text, roles and conditions that have no effect where they stand."""
    for fault in structure_faults(subject.tree):
        yield Hit(fault.lineno, str(fault.message), 1, fault.way_out)


@rule(
    "unread-reply",
    "error",
    reason="The strategy looks for this text in the reply, but nothing asks for it: it finds none, and falls back.",
    fix="ask for the text that `reads` names",
)
def unread_reply(subject: Subject) -> Iterator[Hit]:
    """A text that the strategy reads in the reply, and the template does not ask for."""
    for wanted in unread(subject.header.reads, f"{subject.constant_text}\n{_rendered(subject)}"):
        line = subject.parsed.line("reads") or 1
        yield Hit(line, f"nothing asks for {wanted!r}, which the strategy reads in the reply")


def _rendered(subject: Subject) -> str:
    """What it makes of samples; also what a template that it extends writes."""
    values = {name: declared.stand_in(name) for name, declared in subject.header.inputs.items()}
    try:
        return "\n".join(message.text for message in subject.templates.render(subject.name, **values))
    except TemplateError:
        return ""


def _problem(subject: Subject) -> TemplateError | None:
    """Why it can't be loaded. What is misplaced in it, which loading refuses too, is another rule's."""
    try:
        subject.parsed  # noqa: B018 - raises
        subject.header  # noqa: B018
        subject.used  # noqa: B018
    except TemplateError as error:
        return None if _is_misplaced(subject) else error
    return None


def _is_misplaced(subject: Subject) -> bool:
    try:
        return any(True for _ in structure_faults(subject.tree))
    except (TemplateError, *UNPARSED):
        return False


def hit(name: str, file: Path, error: TemplateError) -> Hit:
    """An error of a template as a place in its file."""
    fact, _, way_out = str(error).removeprefix(f"template {name}: ").rpartition("; ")
    place = f" ({file}" + (f", line {error.line})" if error.line else ")")
    return Hit(error.line or 1, (fact or way_out).replace(place, ""), 1, way_out if fact else "")


def _close(name: str, names: list[str]) -> str | None:
    """The shipped template that a name is taken for: almost spelt so, in other case or signs, or in another folder.

    Shipped templates are all in folders: a file in none, such as `ask`, is somebody's own, whatever it is called.
    """
    if "/" not in name:
        return None
    plain = {_plain(known): known for known in names}
    if _plain(name) in plain:
        return plain[_plain(name)]
    inner = [known for known in names if name.endswith("/" + known)]
    return inner[0] if inner else closest(name, names, similar=_SIMILAR)


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.casefold())


RULES = (unreadable, header_not_read, doubled_key, overrides_nothing, lost_text, unread_reply)
