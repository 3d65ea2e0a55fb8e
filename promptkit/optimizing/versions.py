"""A strategy in the texts of a candidate: its templates as files, and the specification that asks by them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from promptkit.bench.ablation import steps_of
from promptkit.errors import UsageError
from promptkit.optimizing.editable import EXAMPLES, Part, Shown, with_texts, worded_name
from promptkit.specs import split_parts, with_wording
from promptkit.strategy import Strategy
from promptkit.types import Example
from promptkit.wording.folders import SUFFIX, Folders, Source
from promptkit.wording.snapshot import Snapshot
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant, variant_name

_SHOW = """---
description: Show the examples that were chosen as earlier turns, and ask the question.
language: en
version: 1
inputs:
  question: {type: text, sample: "How far is it?"}
  shown: {type: list, of: {asked: text, replied: text}, default: ‹shown›}
---
{% for example in shown %}
{% user %}{{ example.asked }}{% enduser %}
{% assistant %}{{ example.replied }}{% endassistant %}
{% endfor %}
{% user %}{{ question }}{% enduser %}
"""


@dataclass(frozen=True)
class Versions:
    """What a search changes, and how a strategy is asked in other texts.

    Attributes:
        spec: the specification as it was given; `strategies` are its techniques, innermost first.
        templates: as they were when the search began.
        parts: what may be reworded; `shown` are the examples that may be chosen otherwise, out of `pool`.
    """

    spec: str
    strategies: tuple[Strategy, ...]
    templates: Templates
    parts: tuple[Part, ...]
    shown: Shown | None
    pool: tuple[Example, ...]

    @property
    def original(self) -> dict[str, str]:
        """The components as they are."""
        texts = {part.name: part.text for part in self.parts}
        if self.shown:
            texts[EXAMPLES] = numbers_text(self.shown.numbers)
        return texts

    @cached_property
    def wording(self) -> str:
        """The name of the new wording: `optimized`, or with a number where that is taken."""
        taken = {base_and_variant(name)[1] for name in self.templates.names()}
        names = ("optimized", *(f"optimized-{number}" for number in range(2, 1000)))
        return next(name for name in names if name not in taken)

    @property
    def _examples_template(self) -> str:
        return f"{self.wording}/examples"

    @cached_property
    def new_spec(self) -> str:
        """The specification that asks by the templates of a candidate."""
        spec = self.spec
        for place in sorted({part.place for part in self.parts}):
            spec = with_wording(spec, place, self.wording)
        if self.shown:
            texts = split_parts(spec)
            texts[self.shown.place] = f"wrap(template={self._examples_template})"
            spec = "+".join(texts)
        return spec

    def files(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The templates of a candidate, by their paths in a folder."""
        by_file = defaultdict[tuple[int, str, str], list[Part]](list)
        for part in self.parts:
            by_file[part.place, part.step, part.file].append(part)
        found = {}
        for (place, step, file), parts in by_file.items():
            text = with_texts(self.strategies[place].templates.read(file), parts, texts)
            found[f"{variant_name(step, self.wording)}{SUFFIX}"] = text
        for place in {part.place for part in self.parts}:
            strategy = self.strategies[place]
            for step in steps_of(strategy):  # in the wording that the strategy had
                path = f"{variant_name(step, self.wording)}{SUFFIX}"
                if path not in found and worded_name(strategy.templates, step) != step:
                    found[path] = strategy.templates.read(worded_name(strategy.templates, step))
        if self.shown:
            turns = self.shown.turns(numbers_of(texts[EXAMPLES]), self.pool)
            listed = [{"asked": asked, "replied": replied} for asked, replied in turns]
            found[f"{self._examples_template}{SUFFIX}"] = _SHOW.replace("‹shown›", _yaml(listed))
        return found

    def templates_in(self, folder: Path, texts: Mapping[str, str]) -> Templates:
        """The templates with those of a candidate, whose files are in `folder`, before them."""
        kept = self.templates.snapshot
        if kept is None:
            raise UsageError("the templates of a search have to be frozen")
        own = {path: _source(folder / path, text) for path, text in self.files(texts).items()}
        snapshot = Snapshot(Folders((folder, *kept.path)), {**dict(kept.texts()), **own})
        return dataclasses.replace(self.templates, folders=(folder, *self.templates.folders), snapshot=snapshot)


def _source(file: Path, text: str) -> Source:
    return Source(file, text, hashlib.sha256(text.encode()).hexdigest()[:16])


def numbers_text(numbers: tuple[int, ...]) -> str:
    """Numbers of examples as the text of a component."""
    return ", ".join(map(str, numbers))


def numbers_of(text: str) -> tuple[int, ...]:
    """The numbers in the text of a component."""
    return tuple(int(number) for number in text.split(","))


def _yaml(value: object) -> str:
    """A value in one line of YAML, in which every character that YAML would take for a line's end is escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else f"\\U{ord(one):08x}" for one in text)
