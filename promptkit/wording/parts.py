"""The parts of a wording that can be left out one at a time: those marked, or its paragraphs and items of lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from jinja2 import TemplateSyntaxError, meta, nodes

from promptkit.errors import TemplateError
from promptkit.wording.header import unread
from promptkit.wording.structure import check_structure
from promptkit.wording.templates import Templates

MARKED = re.compile(
    r"\{%[-+]?\s*part\s+(?P<name>[\w-]+)\s*[-+]?%\}(?P<text>.*?)\{%[-+]?\s*endpart\s*[-+]?%\}\n?", re.DOTALL
)
_TAGS_ONLY = re.compile(r"\s*(?:\{%.*%\}|\{#.*#\})\s*")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)、])\s")
_SHOWN = 60  # characters of a part in tables


@dataclass(frozen=True)
class WordingPart:
    """A part of the template `name`.

    Attributes:
        label: what it was marked with, or how it begins.
        line: of the file, where it begins.
        without: the text of the file without it.
    """

    name: str
    label: str
    line: int
    without: str


def parts_of(templates: Templates, name: str) -> tuple[WordingPart, ...]:
    """The parts of the template `name`, in the order of its text.

    Left out of it are those without which it would not be a template, would not show an input that it must show, or
    would not ask for what the strategy reads in the reply.

    Raises:
        TemplateError: no such template, or it can't be read.
    """
    text, reads = templates.read(name), templates.header(name).reads
    needed = templates.variables(name)[0] or frozenset()
    required = {key for key, given in templates.header(name).inputs.items() if given.required} & needed
    found = []
    for label, line, start, end in _spans(text):
        without = text[:start] + text[end:]
        kept = set(unread(reads, without[body_start(without) :])) <= set(unread(reads, text[body_start(text) :]))
        if kept and required <= (shown_inputs(templates, name, without) or frozenset()) and _has_text(without):
            found.append(WordingPart(name, label, line, without))
    return tuple(found)


def shown_inputs(templates: Templates, name: str, text: str) -> frozenset[str] | None:
    """The variables that a template of this text shows; `None` if it is none."""
    try:
        tree = templates.tree(name, text)
        check_structure(tree)
    except (TemplateSyntaxError, TemplateError):
        return None
    return frozenset(meta.find_undeclared_variables(tree)) & frozenset(_written(tree))


def _written(node: nodes.Node) -> Iterator[str]:
    """The names that are written, and not only asked about; what a loop goes over if it writes something."""
    for field, value in node.iter_fields():
        if field == "test" or (field == "iter" and isinstance(node, nodes.For) and not _writes(node.body)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, nodes.Name):
                yield child.name
            elif isinstance(child, nodes.Node):
                yield from _written(child)


def _writes(body: list[nodes.Node]) -> bool:
    outputs = nodes.Template(body).find_all(nodes.Output)
    return any(
        not isinstance(one, nodes.TemplateData) or one.data.strip() for output in outputs for one in output.nodes
    )


def _has_text(text: str) -> bool:
    return bool(text[body_start(text) :].strip())


def body_start(text: str) -> int:
    """Where the body begins."""
    found = re.match(r"\s*---[ \t]*\n.*?^---[ \t]*\n", text, re.DOTALL | re.MULTILINE)
    return found.end() if found else 0


def _spans(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Label, line, start and end of each part, in the order of the text."""
    body = body_start(text)
    marked = list(MARKED.finditer(text, body))
    if marked:
        for one in marked:
            yield one["name"], text.count("\n", 0, one.start()) + 1, one.start(), one.end()
        return
    lines = text[body:].splitlines(keepends=True)
    starts = [body]
    for line in lines:
        starts.append(starts[-1] + len(line))
    first_line = text.count("\n", 0, body) + 1
    for begin, end in _chunks(lines):
        last = end
        while last < len(lines) and not lines[last].strip():  # with the empty lines below it
            last += 1
        shown = " ".join("".join(lines[begin:end]).split())
        label = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        yield label, first_line + begin, starts[begin], starts[last]


def _chunks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """The paragraphs, without lines of nothing but tags; of one that is a list its items, and what stands above."""
    inside = [bool(line.strip()) and not _TAGS_ONLY.fullmatch(line) for line in lines]
    begin = None
    for number, within in enumerate([*inside, False]):
        if within and begin is None:
            begin = number
        elif not within and begin is not None:
            items = [n for n in range(begin, number) if _ITEM.match(lines[n])]
            bounds = sorted({begin, *(items if len(items) > 1 else []), number})
            yield from pairwise(bounds)
            begin = None
