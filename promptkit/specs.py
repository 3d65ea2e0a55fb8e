"""Strategies by specification: `few-shot+cot+reflect`, `self-consistency(draws=8)`, `mypackage.mymodule:my_strategy`.

Parts are read from the inside out: `few-shot+cot+reflect` is `SelfReflection(ChainOfThought(FewShot(model)))`, and
`direct` is the bare model.
"""

from __future__ import annotations

import ast
import dataclasses
import difflib
import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast, get_type_hints

from pydantic import TypeAdapter, ValidationError

from promptkit.answers import AnswerType
from promptkit.backend import Backend, Model, is_chat
from promptkit.errors import UsageError
from promptkit.strategies import (
    BestOfN,
    ChainOfThought,
    ExplicitInstructions,
    FewShot,
    PlanThenSolve,
    SelfConsistency,
    SelfReflection,
)
from promptkit.strategy import Strategy
from promptkit.templates import Templates
from promptkit.types import Example
from promptkit.wrappers.as_text import AsText

Options = dict[str, object]
DIRECT = "direct"


def _no_models(name: str) -> Backend:
    raise UsageError(f"a model by name ({name}) is not available here; build the strategy in Python")


@dataclass(frozen=True)
class TaskContext:
    """What a specification draws on beside its own options.

    Attributes:
        answer: how answers are read; for votes.
        examples: what `few-shot` shows, best first; `shots` of them unless it says `n` itself.
        instructions: the fields of `ExplicitInstructions` that the task states.
        templates: where the wording comes from.
        load_model: finds a model by name; for a separate critic.
    """

    answer: AnswerType = AnswerType("text")
    examples: tuple[Example, ...] = ()
    shots: int = 4
    instructions: Mapping[str, object] = field(default_factory=dict)
    templates: Templates = Templates()
    load_model: Callable[[str], Backend] = _no_models


@dataclass(frozen=True)
class Part:
    """One technique of a specification, with its options."""

    name: str
    options: Options


@dataclass(frozen=True)
class Technique:
    """A strategy class, and how options and setting become its arguments."""

    strategy: type[Strategy]
    arguments: Callable[[TaskContext, Options, tuple[Part, ...]], Options] = lambda _setting, options, _parts: options


def _instructions(setting: TaskContext, options: Options, _parts: tuple[Part, ...]) -> Options:
    if not setting.instructions and not options:
        raise UsageError('nothing to instruct; say it: instructions(output_format="Answer with one word.")')
    return {**setting.instructions, **options}


def _few_shot(setting: TaskContext, options: Options, parts: tuple[Part, ...]) -> Options:
    """`n` examples of the setting; their reasoning is shown when chain of thought is asked for as well."""
    usual = min(setting.shots, len(setting.examples)) or setting.shots
    wanted = cast("int", _checked("few-shot", "n", int, options.pop("n", usual)))
    if wanted > len(setting.examples):
        have = f"has {len(setting.examples)}" if setting.examples else "has none"
        raise UsageError(f"few-shot wants {wanted} examples and the task {have}; add rows to its train split")
    return {"examples": setting.examples[:wanted], "reasoning": any(p.name == "cot" for p in parts), **options}


def _self_consistency(setting: TaskContext, options: Options, _parts: tuple[Part, ...]) -> Options:
    return {"answer": setting.answer, **options}


def _side_model(name: str) -> Callable[[TaskContext, Options, tuple[Part, ...]], Options]:
    """The option `name` is a model by its name."""

    def arguments(setting: TaskContext, options: Options, _parts: tuple[Part, ...]) -> Options:
        model = options.get(name)
        return (
            {**options, name: _taking_turns(setting.load_model(str(model)), setting)} if model is not None else options
        )

    return arguments


TECHNIQUES: Mapping[str, Technique] = {
    "instructions": Technique(ExplicitInstructions, _instructions),
    "few-shot": Technique(FewShot, _few_shot),
    "cot": Technique(ChainOfThought),
    "plan": Technique(PlanThenSolve),
    "reflect": Technique(SelfReflection, _side_model("critic")),
    "self-consistency": Technique(SelfConsistency, _self_consistency),
    "best-of-n": Technique(BestOfN, _side_model("judge")),
}


def split_specs(text: str) -> tuple[str, ...]:
    """The specifications of a list `a,b(x=1,y=2),c`: split at the commas outside of brackets and quotes."""
    return tuple(part.strip() for part in _split(text, ",") if part.strip())


def parse_spec(spec: str) -> tuple[Part, ...]:
    """The parts of a specification, innermost first; empty for `direct`.

    Raises:
        UsageError: it does not read as `part+part(option=value)`, or names an unknown technique.
    """
    parts = tuple(_part(text.strip(), spec) for text in _split(spec, "+"))
    if [p.name for p in parts] == [DIRECT]:
        return ()
    for part in parts:
        if ":" not in part.name and part.name not in TECHNIQUES:
            raise UsageError(_unknown(part.name, spec))
    return parts


def build(spec: str, model: Backend, setting: TaskContext | None = None) -> Backend:
    """The strategy that `spec` names, around `model`; around `AsText(model)` when that takes no turns.

    Raises:
        UsageError: an unknown technique or option, a wrong value, or something that the setting lacks.
    """
    given = setting or TaskContext()
    parts = parse_spec(spec)
    built = _taking_turns(model, given)
    for part in parts:
        built = _imported(part, built) if ":" in part.name else _made(part, built, given, parts)
    return built


def _taking_turns(model: Backend, setting: TaskContext) -> Backend:
    return AsText(model, setting.templates) if isinstance(model, Model) and not is_chat(model) else model


def _made(part: Part, inner: Backend, setting: TaskContext, parts: tuple[Part, ...]) -> Strategy:
    technique = TECHNIQUES[part.name]
    arguments = technique.arguments(setting, dict(part.options), parts)
    hints = get_type_hints(technique.strategy)
    known = {f.name for f in dataclasses.fields(technique.strategy)} - {"backend", "templates"}
    for name in arguments:
        if name not in known:
            raise UsageError(f"{part.name} has no option {name!r}; it has {', '.join(sorted(known)) or 'none'}")
    checked = {name: _checked(part.name, name, hints[name], value) for name, value in arguments.items()}
    try:
        return technique.strategy(inner, templates=setting.templates, **checked)
    except UsageError as error:
        raise UsageError(f"{part.name}: {error}") from None


def _checked(technique: str, name: str, hint: object, value: object) -> object:
    if isinstance(value, Backend):
        return value
    try:
        return TypeAdapter(cast("Any", hint)).validate_python(value)
    except ValidationError as error:
        raise UsageError(f"{technique}: {name}={value!r}: {error.errors()[0]['msg']}") from None


def _imported(part: Part, inner: Backend) -> Backend:
    module, _, attribute = part.name.partition(":")
    try:
        factory = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"can't import the strategy {part.name}: {error}") from None
    try:
        made = factory(inner, **part.options)
    except TypeError as error:
        raise UsageError(f"{part.name} must be callable with a backend: {error}") from None
    if not isinstance(made, Backend):
        raise UsageError(f"{part.name} made a {type(made).__name__}, which has no complete(prompt)")
    return made


_PART = re.compile(r"(?P<name>[\w.:-]+)(?:\((?P<options>.*)\))?", re.DOTALL)


def _part(text: str, spec: str) -> Part:
    found = _PART.fullmatch(text)
    if not found:
        raise UsageError(f"can't read {text!r} in the strategy {spec!r}; write part+part(option=value)")
    options: Options = {}
    for option in split_specs(found["options"] or ""):
        name, equals, value = option.partition("=")
        if not equals or not name.strip().isidentifier():
            raise UsageError(f"can't read the option {option!r} in {text!r}; write name=value")
        options[name.strip()] = _value(value.strip())
    return Part(found["name"], options)


def _value(text: str) -> object:
    """A Python literal; true, false and none in any case; anything else is text."""
    try:
        return ast.literal_eval({"true": "True", "false": "False", "none": "None"}.get(text.lower(), text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _split(text: str, separator: str) -> Iterator[str]:
    """Split at `separator` outside of brackets and quotes."""
    depth, quote, start = 0, "", 0
    for i, character in enumerate(text):
        if quote:
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
        raise UsageError(f"unclosed {'quote' if quote else 'bracket'} in {text!r}")
    yield text[start:]


def _unknown(name: str, spec: str) -> str:
    close = difflib.get_close_matches(name, [*TECHNIQUES, DIRECT], n=1)
    hint = (
        f"did you mean {close[0]}?"
        if close
        else f"there are {', '.join([DIRECT, *TECHNIQUES])}, or package.module:name"
    )
    return f"unknown technique {name!r} in {spec!r}; {hint}"
