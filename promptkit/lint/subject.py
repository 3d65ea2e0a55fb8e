"""A template as rules see it: its text, its front matter, Jinja's own tree, and what it is used for."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import meta, nodes

from promptkit.errors import TemplateError
from promptkit.wording.environment import environment
from promptkit.wording.folders import SUFFIX, Folders
from promptkit.wording.header import Header, Parsed, parsed
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant

if TYPE_CHECKING:
    from promptkit.tasks import Task

_PARSER = environment(Folders(()))


@dataclass(frozen=True)
class Piece:
    """Text of a template outside of tags, as Jinja cuts it: its first line, and whether it stands in `{% raw %}`."""

    line: int
    text: str
    raw: bool


@dataclass(frozen=True)
class Subject:
    """One template that is checked.

    Attributes:
        templates: where it and those that it includes are found.
        name: of the template.
        file: that it is read from.
        text: what the file has.
        task: what it is to be asked for, when that is known.

    Raises:
        TemplateError: its front matter can't be read (`parsed`), or its body (`tree`).
    """

    templates: Templates
    name: str
    file: Path
    text: str
    task: Task | None = None

    @functools.cached_property
    def parsed(self) -> Parsed:
        """Its own front matter, with the lines of the keys, and its body."""
        return parsed(self.name, self.text, self.file)

    @functools.cached_property
    def own(self) -> Header:
        """What its own front matter declares."""
        return self.parsed.header

    @functools.cached_property
    def header(self) -> Header:
        """What it declares, and inherits from what it extends and from the shipped template it replaces."""
        return self.templates.header(self.name)

    @functools.cached_property
    def tree(self) -> nodes.Template:
        """Its body as Jinja parsed it, with role blocks inside of role tags."""
        return _PARSER.parse(self.parsed.body, self.name + SUFFIX, str(self.file))

    @functools.cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.split("\n")

    @functools.cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """Its text outside of tags and comments, in order."""
        found, raw = list[Piece](), False
        for line, kind, value in _PARSER.lex(self.parsed.body):
            raw = (raw or kind == "raw_begin") and kind != "raw_end"
            if kind == "data":
                found.append(Piece(line, value, raw))
        return tuple(found)

    @functools.cached_property
    def constant_text(self) -> str:
        """All of its own text that is sent as it stands."""
        return "".join(node.data for node in self.tree.find_all(nodes.TemplateData))

    @functools.cached_property
    def undeclared(self) -> frozenset[str]:
        """The variables that its own body takes: also in blocks, which see what is set above all of them."""
        above = (self.tree, *self.ancestors())
        return frozenset(meta.find_undeclared_variables(self.tree)) - {
            name for tree in above for name in set_on_top(tree)
        }

    @functools.cached_property
    def used(self) -> frozenset[str] | None:
        """The variables that it, what it includes and what it extends take; `None` where that is known to none."""
        return self.templates.variables(self.name)[0]

    @property
    def is_partial(self) -> bool:
        """Whether it is a part that others include: its last name begins with `_`."""
        return self.name.rpartition("/")[2].startswith("_")

    @functools.cached_property
    def base(self) -> str | None:
        """The template whose variant it is: `step` of `step.short`."""
        base, variant = base_and_variant(self.name)
        return base if variant else None

    @functools.cached_property
    def replaces(self) -> Header | None:
        """The front matter of the shipped template that it is used instead of, by its name or as its variant."""
        shipped = Templates.shipped()
        for name in (self.name, self.base):
            if name and (file := shipped.find(name)) and self.file.resolve() != file.resolve():
                return shipped.header(name)
        return None

    def line_of_input(self, name: str) -> int:
        """The line on which its front matter declares an input; the first of the file where it does not."""
        return self.parsed.line("inputs", name) or 1

    def column_of(self, line: int, text: str) -> int:
        """The column at which `text` first stands on a line; 1 where it does not."""
        if not 0 < line <= len(self.lines):
            return 1
        whole_word = rf"(?<!\w){re.escape(text)}(?!\w)" if text.isidentifier() else re.escape(text)
        found = re.search(whole_word, self.lines[line - 1])
        return found.start() + 1 if found else 1

    def reads_of(self, name: str) -> Iterator[nodes.Name]:
        """The places where its body reads a variable."""
        for node in self.tree.find_all(nodes.Name):
            if node.name == name and node.ctx == "load":
                yield node

    def find_in_text(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, re.Match[str]]]:
        """Where a pattern stands in its text outside of tags and of `{% raw %}`: line, column, match."""
        for piece in self.pieces:
            for found in () if piece.raw else pattern.finditer(piece.text):
                start = found.start() + len(found[0]) - len(found[0].lstrip())
                line = piece.line + piece.text.count("\n", 0, start)
                yield line, self.column_of(line, found[0].strip()), found

    def parts(self) -> Iterator[nodes.Template]:
        """The trees of the templates that it includes, imports or extends, and of theirs.

        Raises:
            TemplateError: one of them can't be read.
        """
        for name in sorted(self.templates.variables(self.name)[1]):
            yield self.templates.tree(name, self.templates.read(name))

    def ancestors(self) -> Iterator[nodes.Template]:
        """The trees of the templates that it extends, nearest first, as far as they can be read."""
        seen, tree = {self.name}, self.tree
        while (extends := tree.find(nodes.Extends)) and isinstance(extends.template, nodes.Const):
            name = str(extends.template.value).removesuffix(SUFFIX)
            if name in seen:
                return
            seen.add(name)
            try:
                file, text = self.templates.file(name), self.templates.read(name)
                tree = _PARSER.parse(parsed(name, text, file).body, name + SUFFIX, str(file))
            except TemplateError:
                return
            yield tree


def set_on_top(tree: nodes.Template) -> Iterator[str]:
    """The names that a template sets or imports outside of blocks, loops and conditions."""
    for node in tree.body:
        match node:
            case nodes.Macro(name=name) | nodes.Import(target=name):
                yield name
            case nodes.FromImport(names=names):
                yield from (one if isinstance(one, str) else one[1] for one in names)
            case nodes.Assign() | nodes.AssignBlock():
                yield from (one.name for one in node.find_all(nodes.Name) if one.ctx == "store")
