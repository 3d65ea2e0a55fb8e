"""Options of commands that are the settings of a run, made from their declaration."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Sequence
from typing import Annotated, Any, get_args

import annotated_types
import typer
from pydantic.fields import FieldInfo

import promptkit.by_path as by_path
from promptkit.settings import Option, Role, Settings, flag_of

_NAMES = ("tasks", "model", "strategies", "baseline", "answer", "grader")  # settings that may name something to import


def with_settings(
    *settings: type[Settings],
    roles: Sequence[Role] = get_args(Role),
    only: Sequence[str] = (),
    without: Sequence[str] = (),
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that these settings declare, those of these `roles`; `only` some, or `without` some.

    The command gets what was given of them, by name, as its argument `given`. Bounds and defaults are theirs.
    """
    declared = [one for of in settings for one in of.options() if one[2].role in roles]
    names = {*(only or (name for name, *_ in declared))} - {*without}
    options = [_parameter(*one) for one in declared if one[0] in names]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = inspect.signature(command, eval_str=True).parameters.values()

        @functools.wraps(command)
        def called(**arguments: object) -> None:
            values = {option.name: arguments.pop(option.name) for option in options}
            by_path.typed(*(text for name in _NAMES for text in _texts(values.get(name))))
            command(given={name: value for name, value in values.items() if value not in (None, [])}, **arguments)

        parameters = [parameter for mine in own for parameter in (options if mine.name == "given" else [mine])]
        parameters.sort(key=lambda p: p.kind)
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {p.name: p.annotation for p in parameters}
        del called.__wrapped__  # typer would read its annotations
        return called

    return decorate


def _parameter(name: str, info: FieldInfo, option: Option) -> inspect.Parameter:
    """A parameter as typer reads it; its default is `None`, so that what was not given is known."""
    help_text = info.description or ""
    if info.default not in (None, (), False):
        help_text += f" Default: {_default(info.default)}."
    if option.argument:
        declared: Any = typer.Argument(help=help_text, metavar=option.metavar)
    else:
        flags = [flag_of(name, option), *([option.short] if option.short else [])]
        declared = typer.Option(*flags, help=help_text, metavar=option.metavar, **_bounds(info))
    kind = _type(info, option) | None
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, declared])


def _default(default: object) -> str:
    """A default as it would be typed."""
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return f"{default:g}" if isinstance(default, float) else str(default)


def _texts(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]


def _type(info: FieldInfo, option: Option) -> Any:  # noqa: ANN401 - a type, or a union of types
    kind = info.annotation
    if typing.get_origin(kind) in {typing.Union, types.UnionType}:
        kind = next(part for part in get_args(kind) if part is not types.NoneType)
    if typing.get_origin(kind) is tuple:
        return list[str] if option.repeated else str
    return str if typing.get_origin(kind) is typing.Literal else kind


def _bounds(info: FieldInfo) -> dict[str, Any]:
    low = next((part.ge for part in info.metadata if isinstance(part, annotated_types.Ge)), None)
    high = next((part.le for part in info.metadata if isinstance(part, annotated_types.Le)), None)
    return {name: bound for name, bound in (("min", low), ("max", high)) if bound is not None}
