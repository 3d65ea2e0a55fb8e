"""How the wordings that a run compares differ: the templates of each step, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from promptkit.errors import UsageError
from promptkit.record.reader import Run
from promptkit.specs import STRATEGIES, parse_spec
from promptkit.strategies.named import NamedWording
from promptkit.wording.folders import SUFFIX
from promptkit.wording.variants import base_and_variant, folder_of, variant_name

Kind = Literal["same", "left out", "added"]
_MARKS: dict[Kind, str] = {"same": " ", "left out": "-", "added": "+"}


@dataclass(frozen=True)
class Line:
    """A line of one wording or of both."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class WordingDifference:
    """One step of a technique in two wordings.

    Attributes:
        wording: such as `cot@short`; `beside`: the one that it is shown beside, the first of the run.
        step: the template, such as `chain_of_thought/think`.
    """

    wording: str
    beside: str
    step: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its lines with + or - before those that are in one wording alone."""
        return "\n".join(f"{_MARKS[line.kind]} {line.text}".rstrip() for line in self.lines)


def wording_differences(run: Run, strategies: Iterable[str]) -> tuple[WordingDifference, ...]:
    """The steps that are worded otherwise, for each technique of which the `strategies` name several wordings.

    There are none in a run that was recorded before it kept the texts of its templates.
    """
    texts = {one.path.removesuffix(SUFFIX): one.text for one in run.wording() if not one.folders}
    found = []
    for technique, wordings in _wordings(strategies).items():
        steps = sorted({base for base, _ in map(base_and_variant, texts) if _says(technique, base)})
        first, *others = wordings
        for other in others:
            for step in steps:
                before, after = (_text(texts, step, wording) for wording in (first, other))
                if before != after:
                    lines = compared_lines(before, after)
                    found.append(WordingDifference(_named(technique, other), _named(technique, first), step, lines))
    return tuple(found)


def compared_lines(before: str, after: str) -> tuple[Line, ...]:
    """The lines of two texts: those of both, and those of one alone."""
    return tuple(_compared(before.splitlines(), after.splitlines()))


def _wordings(strategies: Iterable[str]) -> dict[str, list[str]]:
    """The wordings of each technique, in the order they first appear."""
    found: dict[str, dict[str, None]] = {}
    for strategy in strategies:
        try:
            parts = parse_spec(strategy)
        except UsageError:  # the name of an object, which need not be a specification
            continue
        for part in parts:
            found.setdefault(part.name, {})[part.wording] = None
    return {technique: list(wordings) for technique, wordings in found.items() if len(wordings) > 1}


def _says(technique: str, template: str) -> bool:
    """Whether the technique, as a specification names it, asks with the template of this name."""
    known = STRATEGIES.shipped.get(technique)
    if isinstance(known, NamedWording):
        return template == known.template
    return template.startswith(f"{technique if known is None else folder_of(known)}/")


def _named(technique: str, wording: str) -> str:
    return f"{technique}@{wording}" if wording else technique


def _text(texts: dict[str, str], step: str, wording: str) -> str:
    """What the wording says in this step, without front matter."""
    text = texts.get(variant_name(step, wording)) if wording else None
    return _body(texts.get(step, "") if text is None else text)


def _body(text: str) -> str:
    lines = text.splitlines()
    if lines and lines[0].strip() == "---":
        end = next((n for n, line in enumerate(lines[1:], start=1) if line.strip() == "---"), 0)
        lines = lines[end + 1 :]
    return "\n".join(lines).strip()


def _compared(before: list[str], after: list[str]) -> Iterator[Line]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield from (Line("same", text) for text in before[start:end])
        else:
            yield from (Line("left out", text) for text in before[start:end])
            yield from (Line("added", text) for text in after[new_start:new_end])
