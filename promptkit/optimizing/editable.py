"""What may be changed about a strategy: the parts of its templates, and which examples it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptkit.bench.ablation import from_inside, steps_of
from promptkit.errors import UsageError
from promptkit.specs import parse_spec
from promptkit.strategies import FewShot
from promptkit.strategy import Strategy
from promptkit.types import Example
from promptkit.wording.parts import MARKED, body_start
from promptkit.wording.templates import Templates
from promptkit.wording.variants import variant_name

EXAMPLES = "examples"  # the component whose text is the numbers of the examples that are shown
_OPENS = re.compile(r"\{[%{#]")
_CLOSES = {"{%": "%}", "{{": "}}", "{#": "#}"}


@dataclass(frozen=True)
class Part:
    """A stretch of a template that may be reworded.

    Attributes:
        name: the component, such as `chain_of_thought/think`; with the name of a marked part behind `:`.
        step: the template that the strategy asks for, and `file` the one that is read for it in its wording.
        place: of the technique in the specification, from 0.
        start: where the part begins in the text of the template, and `end` where it ends.
    """

    name: str
    step: str
    file: str
    place: int
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Shown:
    """The examples of a few-shot technique.

    Attributes:
        place: of the technique in the specification, from 0.
        numbers: those that it shows, in order, as numbers of the pool from 1.
    """

    place: int
    strategy: FewShot
    numbers: tuple[int, ...]

    def turns(self, chosen: tuple[int, ...], pool: tuple[Example, ...]) -> list[tuple[str, str]]:
        """What these examples of the pool show: what a user asks, and what is replied.

        Raises:
            UsageError: the template of an example makes other turns.
        """
        found = []
        for example in (pool[number - 1] for number in chosen):
            reasoning = (example.reasoning or "") if self.strategy.reasoning else ""
            made = self.strategy.templates.render(
                "few_shot/example", question=example.question, answer=example.answer, reasoning=reasoning
            )
            if [message.role for message in made] != ["user", "assistant"]:
                raise UsageError(
                    "few_shot/example makes other turns than a question and its answer; choose wordings only"
                )
            found.append((made[0].text, made[1].text))
        return found


def strategies_of(spec: str, built: object) -> list[Strategy]:
    """The techniques of a specification, innermost first.

    Raises:
        UsageError: it has none, or one can't be looked into.
    """
    parts, found = parse_spec(spec), from_inside(built)
    if not parts:
        raise UsageError("direct has no wording; name a strategy such as cot")
    if len(found) != len(parts):
        raise UsageError(f"{spec} has a technique that is no promptkit strategy, whose templates are not known")
    return found


def parts_in(strategies: list[Strategy], used: frozenset[str]) -> tuple[Part, ...]:
    """The parts of all techniques that have words, of the steps that are `used`: marked ones, or whole bodies."""
    found = []
    for place, strategy in enumerate(strategies):
        for step in steps_of(strategy):
            file = worded_name(strategy.templates, step)
            if step in used:
                found += [part for part in _parts(strategy.templates, step, file, place) if has_words(part.text)]
    return tuple(found)


def worded_name(templates: Templates, step: str) -> str:
    """The template that is read for a step in the wording of the strategy."""
    worded = variant_name(step, templates.variant)
    return worded if templates.variant and worded in templates.names() else step


def has_words(text: str) -> bool:
    """Whether there is a letter outside of tags."""
    place = 0
    for start, end in _spans(text):
        if any(map(str.isalpha, text[place:start])):
            return True
        place = end
    return any(map(str.isalpha, text[place:]))


def tags_of(text: str) -> list[str]:
    """The tags of a template's text, in order, with the blanks inside made equal."""
    return [" ".join(text[start:end].split()) for start, end in _spans(text)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where its tags stand, each end looked for once: a model may open any number of tags and close none."""
    place, unclosed = 0, set[str]()
    while opened := _OPENS.search(text, place):
        closes = _CLOSES[opened[0]]
        at = -1 if closes in unclosed else text.find(closes, opened.end())
        if at < 0:
            unclosed.add(closes)
            place = opened.start() + 1
            continue
        place = at + len(closes)
        yield opened.start(), place


def with_texts(text: str, parts: list[Part], texts: Mapping[str, str]) -> str:
    """The text of a template in which these parts have other texts."""
    for part in sorted(parts, key=lambda one: one.start, reverse=True):
        text = text[: part.start] + texts[part.name] + text[part.end :]
    return text


def _parts(templates: Templates, step: str, file: str, place: int) -> Iterator[Part]:
    text = templates.read(file)
    body = body_start(text)
    marked = list(MARKED.finditer(text, body))
    for one in marked:
        start, end = one.span("text")
        yield Part(f"{step}:{one['name']}", step, file, place, text[start:end], start, end)
    if not marked:
        trimmed = text[body:].strip("\n")
        start = body + text[body:].index(trimmed) if trimmed else body
        yield Part(step, step, file, place, trimmed, start, start + len(trimmed))
