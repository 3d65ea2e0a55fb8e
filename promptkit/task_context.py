"""What a task offers to the strategies that are built for it, and how a strategy takes it: by the types it declares."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Final, TypeAlias, Union

import promptkit.by_path as by_path
from promptkit.answers import AnswerType
from promptkit.backend import Backend, Model
from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.plugins import import_object
from promptkit.signatures import checked, signature, type_of
from promptkit.types import Example
from promptkit.wording.templates import Templates

_NOTHING: Final = object()

# of who is asked, the examples whose questions may be asked, and how many are wanted: those that were made
Making: TypeAlias = Callable[[Backend, tuple[Example, ...], int], tuple[Example, ...]]


def _no_models(name: str) -> Backend:
    raise UsageError(f"a model by name ({name}) is not available here; build the strategy in Python")


@dataclass(frozen=True)
class TaskContext:
    """What a specification draws on beside its own options.

    Attributes:
        answer: how answers are read; for votes.
        examples: worked examples, best first; a strategy shows `shots` of them unless it is given another number.
        examples_seed: of examples that a strategy draws itself.
        example_set: what the order of `examples` was drawn with, and is to be drawn with where a strategy has others;
            empty where they stand as they are.
        instructions: the fields of `ExplicitInstructions` that the task states.
        templates: where the wording comes from.
        load_model: finds a model by name; for a separate critic.
        making: makes examples of a model's own replies; `None` outside of a run, which asks for them beforehand.
        techniques: the classes and functions of all parts of the specification, innermost first.
    """

    answer: AnswerType = AnswerType("text")
    examples: tuple[Example, ...] = ()
    shots: int = 4
    examples_seed: int = 0
    example_set: str = ""
    instructions: Mapping[str, object] = field(default_factory=dict)
    templates: Templates = Templates()
    load_model: Callable[[str], Backend] = _no_models
    making: Making | None = None
    techniques: tuple[Callable[..., Backend], ...] = ()

    def arguments(
        self,
        target: Callable[..., object],
        options: Mapping[str, object],
        *,
        also: Mapping[str, object] | None = None,
    ) -> dict[str, Any]:
        """What `target` is called with beside the backend, which is its first argument.

        These are the options, checked against the types that `target` declares, and what they leave open and the task
        has: parameters declared as `Templates`, `AnswerType` or `tuple[Example, ...]` (the first `shots`). An option
        declared as a `Backend` or `Model` is given as a model's name, one declared as `tuple[Backend, ...]` as several:
        `nano|nano-base` or `[nano, nano-base]`. One declared as a `Callable` is given as the path of a function,
        `module:name`. Parameters that begin with `_` are not options.
        `also` declares options that are not parameters: their names with their types.

        Raises:
            UsageError: an unknown option, a value of another type, or a parameter that nobody gives a value.
        """
        takes = signature(target)
        if not takes.positional:
            raise UsageError("it takes no positional argument; a strategy's first argument is the backend it asks")
        public = [name for name in takes.keywords if name != takes.positional[0] and not name.startswith("_")]
        types = {name: type_of(target, name) for name in public}
        known = {name: kind for name, kind in types.items() if Templates not in _members(kind)} | dict(also or {})
        unknown = [name for name in options if name not in known]
        if unknown and (not takes.open or unknown[0] in takes.keywords):
            raise UsageError(_unknown_option(unknown[0], known))
        found = {name: self._option(name, known.get(name, Any), value) for name, value in options.items()}
        offered = {name: self._offered(kind) for name, kind in types.items() if name not in found}
        found |= {name: value for name, value in offered.items() if value is not _NOTHING}
        for name in types:
            if name not in found and name in takes.required:
                raise UsageError(f"it needs a value for {name}; write ({name}=…) after its name")
        return found

    def takes_templates(self, target: Callable[..., object]) -> bool:
        """Whether `target` declares a parameter for templates."""
        return any(Templates in _members(type_of(target, name)) for name in signature(target).keywords)

    def _option(self, name: str, kind: object, value: object) -> object:
        if isinstance(value, Backend):
            return value
        members = _members(kind)
        if any(_is_backends(member) for member in members):
            return tuple(one if isinstance(one, Backend) else self.load_model(one) for one in _listed(name, value))
        if isinstance(value, str) and any(typing.get_origin(member) is Callable for member in members):
            return _function(name, value)
        if any(member in (Backend, Model) for member in members) and value is not None:
            if not isinstance(value, str):
                raise UsageError(f"{name}={value!r}: give the name of a model, as provider/name")
            return self.load_model(value)
        if AnswerType in members and isinstance(value, str):
            return AnswerType(value)
        return checked(name, kind, value)

    def _offered(self, kind: object) -> object:
        members = _members(kind)
        if Templates in members:
            return self.templates
        if AnswerType in members:
            return self.answer
        if self.examples and any(_is_examples(member) for member in members):
            return self.examples[: self.shots]
        return _NOTHING


def _members(kind: object) -> tuple[object, ...]:
    """The types of a union, or the one type."""
    return typing.get_args(kind) if typing.get_origin(kind) in (Union, UnionType) else (kind,)


def _is_examples(kind: object) -> bool:
    return typing.get_origin(kind) is tuple and typing.get_args(kind) == (Example, ...)


def _is_backends(kind: object) -> bool:
    return typing.get_origin(kind) is tuple and typing.get_args(kind)[:1] in ((Backend,), (Model,))


def _listed(name: str, value: object) -> list[Any]:
    """The models of an option that takes several: `a|b`, `[a, b]`, or a list of names or backends."""
    if isinstance(value, str):
        inside = value[1:-1] if value[:1] + value[-1:] in ("[]", "()") else value
        value = [one.strip(" \t\"'") for one in re.split(r"[|,]", inside)]
    listed = list(value) if isinstance(value, list | tuple) else [value]
    if not listed or not all(isinstance(one, Backend) or (isinstance(one, str) and one) for one in listed):
        raise UsageError(f"{name}={value!r}: give the names of models, as {name}=nano|nano-base")
    return listed


def _function(name: str, path: str) -> object:
    """The function at `module:name`, which a command may import only if the person typed it (`promptkit.by_path`)."""
    if ":" not in path:
        raise UsageError(f"{name}={path!r}: give the path of a function, as {name}=module:function")
    by_path.allow(path)
    found = import_object(path)
    if not callable(found):
        raise UsageError(f"{name}={path}: it is {found!r:.80}; name a function")
    return found


def _unknown_option(name: str, known: Mapping[str, object]) -> str:
    otherwise = f"it has {', '.join(known)}" if known else "it takes none"
    return f"there is no option {name!r}; {did_you_mean(name, known, otherwise)}"
