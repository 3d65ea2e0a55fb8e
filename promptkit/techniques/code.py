"""What the code of a technique says itself: its docstring, and its options with types, defaults and meaning."""

from __future__ import annotations

import dataclasses
import inspect
import re
from dataclasses import dataclass

from promptkit.strategy import Strategy
from promptkit.wording.templates import Templates
from promptkit.wording.variants import base_and_variant

OFFERED = frozenset({"question", "bare_question", "form", "examples", "kind", "labels"})  # as `wrap.offered` has it
_SECTION = re.compile(r"^(Attributes|Args|Raises):$", re.MULTILINE)
_ENTRY = re.compile(r"^    (\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE)


@dataclass(frozen=True)
class Option:
    """An option of a technique; `default` is empty where it has to be given."""

    name: str
    type: str
    default: str
    meaning: str


def options_of_template(template: str) -> tuple[Option, ...]:
    """The inputs of a template that `Wrap` asks with, but for those that it gets without being given them."""
    inputs = Templates().header(template).inputs
    own = {name: taken for name, taken in inputs.items() if name not in OFFERED}
    return tuple(
        Option(name, str(taken.type), "" if taken.required else repr(taken.default), taken.description)
        for name, taken in own.items()
    )


def wordings(template: str) -> tuple[str, ...]:
    """The other wordings that a shipped template has: `zh-Hant`, `plain`."""
    found = map(base_and_variant, Templates().names())
    return tuple(sorted({variant for base, variant in found if variant and base == base_and_variant(template)[0]}))


def description(technique: type[Strategy]) -> str:
    """Its docstring without the list of options."""
    return _SECTION.split(inspect.getdoc(technique) or "", maxsplit=1)[0].strip()


def options(technique: type[Strategy]) -> tuple[Option, ...]:
    """What it takes by name, beside the backend and the templates."""
    meanings = _meanings(technique)
    found = (f for f in dataclasses.fields(technique) if f.name not in ("backend", "templates") and f.name[0] != "_")
    return tuple(Option(f.name, str(f.type), _default(f), meanings.get(f.name, "")) for f in found)


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return repr(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return repr(field.default_factory())
    return ""


def _meanings(technique: type[Strategy]) -> dict[str, str]:
    """The entries under `Attributes:` of its docstring and of those it is derived from, its own first."""
    found: dict[str, str] = {}
    for kind in reversed(technique.__mro__):
        _, _, attributes = (inspect.cleandoc(vars(kind).get("__doc__") or "")).partition("\nAttributes:\n")
        section = attributes.partition("\n\n")[0]
        found |= {name: " ".join(text.split()) for name, text in _ENTRY.findall(section)}
    return found
