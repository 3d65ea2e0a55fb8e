"""What a setting is: a field with its type, default, bounds and meaning, and how it stands on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.types import Value

Role = Literal["identity", "plan", "pace"]


@dataclass(frozen=True)
class Option:
    """How a field stands on the command line, and what it means for a run that is resumed.

    Attributes:
        role: identity: with another value the same attempt would be another one, so a run keeps it. plan: which
            attempts there are; those of an earlier plan are kept. pace: how fast and how persistently calls are made.
        metavar: what stands for its value in the help.
        flag: how it is written when not by its name; `short` in one letter.
        repeated: a tuple that is given by repeating the option; other tuples are separated by commas.
        argument: it has no flag: its values stand by themselves.
    """

    role: Role = "plan"
    metavar: str | None = None
    flag: str | None = None
    short: str | None = None
    repeated: bool = False
    argument: bool = False


class Settings(Value):
    """A value whose fields are options. A field that does not exist or a value that can't be is a `UsageError`."""

    if not TYPE_CHECKING:  # type checkers see the signature that pydantic derives from the fields

        def __init__(self, **given: object) -> None:
            try:
                super().__init__(**given)
            except ValidationError as error:
                raise UsageError(_problem(error, type(self))) from None

    def given(self) -> dict[str, Any]:
        """What was set, and is not merely the default."""
        return self.model_dump(exclude_unset=True)

    def updated(self, changes: Mapping[str, Any]) -> Self:
        """The same settings with these changed.

        Raises:
            UsageError: an unknown name, or a value that can't be.
        """
        return type(self)(**{**self.given(), **changes})

    @classmethod
    def options(cls) -> Iterator[tuple[str, FieldInfo, Option]]:
        """The name of every field, its declaration, and how it stands on the command line."""
        own = cls.__annotations__
        for name, info in sorted(
            cls.model_fields.items(), key=lambda field: field[0] not in own
        ):  # inherited ones last
            yield name, info, next(extra for extra in info.metadata if isinstance(extra, Option))


def flag_of(name: str, option: Option) -> str:
    """How the field `name` is written on the command line."""
    return option.flag or "--" + name.replace("_", "-")


def words_of(name: str, option: Option, value: object) -> list[str]:
    """The words of the command line that give an option this value."""
    values = [str(one) for one in value] if isinstance(value, tuple) else [str(value)]
    if option.argument:
        return values
    flag = flag_of(name, option)
    if value is True:
        return [flag]
    if option.repeated:
        return [word for one in values for word in (flag, one)]
    return [flag, ",".join(values)]


def _problem(error: ValidationError, settings: type[Settings]) -> str:
    """The first thing that is wrong, in one line."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    if first["type"] == "extra_forbidden":
        return unknown_option(name, settings.model_fields)
    if first["type"] == "value_error":  # ours
        return f"`{name}`: {first['ctx']['error']}"
    return f"`{name}`: {first['msg'].replace('Input', 'it', 1)}, got {first['input']!r}"


def unknown_option(name: str, known: Iterable[str]) -> str:
    """The error about an option that does not exist."""
    names = sorted(known)
    return f"there is no option `{name}`; {did_you_mean(name, names, shown='`{}`'.format)}"
