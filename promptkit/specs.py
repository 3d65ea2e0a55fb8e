"""Strategies by specification: `few-shot+cot+reflect`, `self-consistency(draws=8)`, `mypackage.mymodule:my_strategy`.

Parts are read from the inside out: `few-shot+cot+reflect` is `SelfReflection(ChainOfThought(FewShot(model)))`, and
`direct` is the bare model. `cot@short` is `cot` in the wording `short`.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from promptkit.backend import Backend, Model
from promptkit.errors import UsageError
from promptkit.foreign import ForeignBackend, guarded
from promptkit.plugins import Registry
from promptkit.strategies import NAMED, TECHNIQUES
from promptkit.strategies.named import NamedWording
from promptkit.strategy import Strategy
from promptkit.task_context import TaskContext
from promptkit.wrappers.as_text import AsText

Options = dict[str, object]
DIRECT = "direct"
MOST_PARTS = 50  # around each other: each takes some of the depth to which Python calls functions
STRATEGIES: Registry[type[Strategy] | NamedWording | None] = Registry(
    "promptkit.strategies", "technique", {DIRECT: None, **TECHNIQUES, **NAMED}
)


@dataclass(frozen=True)
class Part:
    """One technique of a specification: its wording, empty for the usual one, and its options."""

    name: str
    wording: str
    options: Options


def split_specs(text: str) -> tuple[str, ...]:
    """The specifications of a list `a,b(x=1,y=2),c`: split at the commas outside of brackets and quotes."""
    return tuple(part.strip() for part in _split(text, ",") if part.strip())


def parse_spec(spec: str) -> tuple[Part, ...]:
    """The parts of a specification, innermost first; empty for `direct`.

    Raises:
        UsageError: it does not read as `part+part(option=value)`.
    """
    parts = tuple(_part(text, spec) for text in split_parts(spec))
    if any(part.name == DIRECT and part.wording for part in parts):
        raise UsageError(f"{DIRECT} is the bare model, which has no wording; write {DIRECT} alone")
    if len(parts) > MOST_PARTS:
        raise UsageError(f"{parts[0].name}+… has {len(parts)} parts; at most {MOST_PARTS} go around each other")
    return () if parts == (Part(DIRECT, "", {}),) else parts


def split_parts(spec: str) -> list[str]:
    """The texts of the parts of a specification, innermost first.

    Raises:
        UsageError: a bracket or quote is not closed.
    """
    return [text.strip() for text in _split(spec, "+")]


def wordings_of(spec: str) -> tuple[str, ...]:
    """The wordings that a specification names.

    Raises:
        UsageError: it does not read as `part+part(option=value)`.
    """
    return tuple(part.wording for part in parse_spec(spec) if part.wording)


def with_wording(spec: str, place: int, wording: str) -> str:
    """The same specification whose part at `place`, counted from 0, is in the wording `wording`.

    Raises:
        UsageError: it does not read as `part+part(option=value)`.
    """
    texts = split_parts(spec)
    part = _part(texts[place], spec)
    options = texts[place].removeprefix(part.name).removeprefix(f"@{part.wording}")
    texts[place] = f"{part.name}@{wording}{options}"
    return "+".join(texts)


def build(spec: str, model: Backend, context: TaskContext | None = None) -> Backend:
    """The strategy that `spec` names, around `model`; around `AsText(model)` when that takes no turns.

    Raises:
        UsageError: an unknown technique or option, a wrong value, something that the task lacks, or a strategy of
            someone else's that can't be imported or made.
    """
    task = context or TaskContext()
    parts = parse_spec(spec)
    makers = tuple(_maker(part.name) for part in parts)
    given = dataclasses.replace(task, techniques=makers, load_model=lambda name: _as_chat(task.load_model(name), task))
    built = _as_chat(model, task)
    for part, maker in zip(parts, makers, strict=True):
        built = guarded(part.name, functools.partial(_made, part, maker, built, given))
    return built


def _maker(name: str) -> Callable[..., Any]:
    """The class or function of the technique `name`."""
    if name == DIRECT:
        raise UsageError(f"{DIRECT} is the bare model and stands alone; leave it out")
    return cast("Callable[..., Any]", STRATEGIES.get(name))


def _as_chat(model: Backend, context: TaskContext) -> Backend:
    return AsText(model, templates=context.templates) if isinstance(model, Model) and not model.chat else model


def _made(part: Part, maker: Callable[..., Any], inner: Backend, context: TaskContext) -> Backend:
    """One part around `inner`: shipped, registered and imported ones are made in the same way."""
    context = dataclasses.replace(context, templates=context.templates.worded(part.wording))
    of_ours = isinstance(maker, type) and issubclass(maker, Strategy)
    strategy = cast("type[Strategy] | NamedWording", maker) if of_ours or isinstance(maker, NamedWording) else None
    if strategy is not None:
        return strategy.from_task(inner, part.options, context)
    if part.wording:
        context.templates.require_variant("")
        if not context.takes_templates(maker):
            raise UsageError(f"it takes no templates, so it has no wording {part.wording!r}; leave @{part.wording} out")
    made = maker(inner, **context.arguments(maker, part.options))
    if isinstance(made, type) or not isinstance(made, Backend):
        raise UsageError(f"it made a {type(made).__name__}, which has no complete(prompt)")
    return made if isinstance(made, Strategy) else ForeignBackend(part.name, made)


_PART = re.compile(r"(?P<name>[\w.:-]+)(?:@(?P<wording>[\w.][\w.~^-]*))?(?:\((?P<options>.*)\))?", re.DOTALL)


def _part(text: str, spec: str) -> Part:
    found = _PART.fullmatch(text)
    if not found:
        raise UsageError(f"can't read {text!r} in the strategy {spec!r}; write part@wording(option=value)+part")
    options: Options = {}
    for option in split_specs(found["options"] or ""):
        name, equals, value = option.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UsageError(f"can't read the option {option!r} in {text!r}; write name=value")
        options[name.strip()] = _value(value.strip())
    return Part(found["name"], found["wording"] or "", options)


def _value(text: str) -> object:
    """A Python literal; true, false and none in any case; anything else is text."""
    try:
        return ast.literal_eval({"true": "True", "false": "False", "none": "None"}.get(text.lower(), text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _split(text: str, separator: str) -> Iterator[str]:
    """Split at `separator` outside of brackets and quotes."""
    depth, quote, escaped, start = 0, "", False, 0
    for i, character in enumerate(text):
        if escaped:
            escaped = False
        elif quote and character == "\\":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == separator and depth == 0:
            yield text[start:i]
            start = i + 1
    if depth or quote:
        open_one = "quote" if quote else "bracket"
        raise UsageError(f"unclosed {open_one} in {text!r}; write both of a pair, as in self-consistency(draws=5)")
    yield text[start:]
