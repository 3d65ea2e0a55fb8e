"""What a callable declares that it takes: names, types, and which it can't do without."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import sys
import typing
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError

from promptkit.errors import UsageError

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_ARBITRARY = ConfigDict(arbitrary_types_allowed=True)


@dataclasses.dataclass(frozen=True)
class Signature:
    """What a callable takes.

    Attributes:
        positional: the names that may be given by position, in order.
        keywords: the parameters that may be given by name.
        required: the names without which it can't be called.
        open: whether it takes any other name as well (`**options`).
    """

    positional: tuple[str, ...]
    keywords: Mapping[str, inspect.Parameter]
    required: frozenset[str]
    open: bool

    def takes(self, name: str) -> bool:
        """Whether it can be given `name=…`."""
        return self.open or name in self.keywords


@functools.lru_cache(maxsize=256)
def signature(target: Callable[..., object]) -> Signature:
    """What `target` takes.

    Raises:
        UsageError: it can't be called, or does not show what it takes, as some functions written in C.
    """
    if not callable(target):
        raise UsageError(f"{target!r} can't be called; name a class or a function")
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        raise UsageError(f"{target!r} does not show what it takes; wrap it in a function of your own") from None
    return Signature(
        positional=tuple(p.name for p in parameters if p.kind in _POSITIONAL),
        keywords={p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)},
        required=frozenset(p.name for p in parameters if p.default is p.empty and p.kind not in _ANY),
        open=any(p.kind is p.VAR_KEYWORD for p in parameters),
    )


def type_of(target: Callable[..., object], name: str) -> Any:  # noqa: ANN401 - any type
    """The type that `target` declares for its parameter `name`; `Any` where it declares none.

    Raises:
        UsageError: the annotation names something that is not there when the program runs.
    """
    parameter = signature(target).keywords.get(name)
    if parameter is None or parameter.annotation is inspect.Parameter.empty:
        return Any
    holder = SimpleNamespace(__annotations__={name: parameter.annotation})
    try:
        return typing.get_type_hints(holder, globalns=dict(_names_around(target, name)), include_extras=True)[name]
    except (NameError, AttributeError, SyntaxError, TypeError) as error:
        message = f"the type of {name!r} can't be read: {error}; import what it names outside of `if TYPE_CHECKING`"
        raise UsageError(message) from None


def checked(name: str, kind: Any, value: object) -> Any:  # noqa: ANN401 - of the type that `kind` is
    """`value` as a `kind`, converted where that loses nothing: a list becomes a tuple, a mapping an `Example`.

    Raises:
        UsageError: it is of another type; names the option.
    """
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise UsageError(f"{name}={value!r}: {error.errors()[0]['msg']}") from None


def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any type
    try:
        return TypeAdapter(kind)
    except PydanticSchemaGenerationError:  # a class that pydantic knows nothing of: its instances are let through
        return TypeAdapter(kind, config=_ARBITRARY)


def _names_around(target: Callable[..., object], name: str) -> Mapping[str, Any]:
    """What the annotation of the parameter `name` may refer to: the names of the module that it is written in."""
    if isinstance(target, functools.partial):
        return _names_around(target.func, name)
    if isinstance(target, type):
        owner = next(base for base in target.__mro__ if "__init__" in vars(base))
        made = getattr(owner, "__dataclass_params__", None)
        if "__dataclass_params__" in vars(owner) and made is not None and made.init:  # the fields are of many modules
            owner = next((base for base in owner.__mro__ if name in inspect.get_annotations(base)), owner)
        return vars(sys.modules[owner.__module__])
    function = inspect.unwrap(target if hasattr(target, "__globals__") else type(target).__call__)
    return getattr(function, "__globals__", {})
