"""The inputs that a template declares, and values checked against them: by pydantic, and never converted."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import (
    ConfigDict,
    Field,
    Strict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    TypeAdapter,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)

from promptkit.did_you_mean import closest, did_you_mean
from promptkit.types import Value

Kind = Literal["text", "number", "flag", "list", "object"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_MEANT = {  # by what other languages call it
    **dict.fromkeys(("string", "str"), "text"),
    **dict.fromkeys(("integer", "int", "float", "decimal"), "number"),
    **dict.fromkeys(("boolean", "bool"), "flag"),
    **dict.fromkeys(("array", "tuple", "sequence"), "list"),
    **dict.fromkeys(("dict", "mapping", "map"), "object"),
}
_LEAVES: Mapping[str, Any] = {
    "text": StrictStr,
    "number": StrictInt | StrictFloat | Annotated[Decimal, Strict()],
    "flag": StrictBool,
}
_SHOULD_BE = {
    "text": "a text",
    "number": "a number",
    "flag": "true or false",
    "list": "a list",
    "object": "an object with fields",
}
Path = tuple[str | int, ...]


class InputFault(ValueError):
    """A value that its declaration refuses: where in the value, and what is wrong there."""

    def __init__(self, fact: str, where: Path = ()) -> None:
        super().__init__(fact)
        self.where = where


class Input(Value):
    """A variable of a template: what its values are, a sample for previews, and a default when it may be left out."""

    type: Kind = "text"
    of: Input | None = None
    fields: Mapping[str, Input] = Field(default_factory=dict)
    sample: Any = None
    default: Any = None
    description: str = ""

    @model_validator(mode="before")
    @classmethod
    def _short(cls, written: object) -> object:
        """`question: text` is short for `question: {type: text}`, and `question:` for a text."""
        return {"type": written} if isinstance(written, str) else {} if written is None else written

    @field_validator("type", mode="before")
    @classmethod
    def _known(cls, written: object) -> object:
        if isinstance(written, str) and written not in KINDS:
            name = written.lower()
            raise ValueError(f"there is no type {written!r}; {did_you_mean(_MEANT.get(name, name), KINDS)}")
        return written

    @field_validator("of", mode="before")
    @classmethod
    def _of_fields(cls, written: object) -> object:
        """`of: {text: text}`: objects with these fields. What has a `type` that there is declares one value."""
        if isinstance(written, Mapping) and written.get("type") not in KINDS:
            return {"type": "object", "fields": written}
        return written

    @model_validator(mode="after")
    def _fits(self) -> Input:
        if self.of is not None and self.type != "list":
            raise ValueError(f"`of` is for lists, and it is {self.type}; write type: list")
        if self.fields and self.type != "object":
            raise ValueError(f"`fields` is for objects, and it is {self.type}; write type: object")
        return self

    @property
    def required(self) -> bool:
        """Whether a caller must give it: no default is declared (a declared `null` is one)."""
        return "default" not in self.model_fields_set

    def checked(self, value: object) -> Any:  # noqa: ANN401 - of the declared type
        """The value as the template gets it: a list for what can be gone through, and a `dict` for an object.

        Raises:
            InputFault: it is not of the declared type.
        """
        try:
            made = self._adapter.validate_python(value)
            return self._adapter.dump_python(made, by_alias=True) if self.has_objects() else made
        except ValidationError as error:
            raise _fault(self, error) from None
        except (ValueError, RecursionError):  # of a value that contains itself, say
            raise InputFault(f"can't be read as {_SHOULD_BE[self.type]}") from None

    def stand_in(self, name: str) -> Any:  # noqa: ANN401 - of the declared type
        """A value to try the template with: the sample, or one that is made up."""
        if self.sample is not None:
            return self.sample
        if self.type == "list":
            return [self.of.stand_in(name) if self.of else f"‹{name}›"]
        if self.type == "object":
            return {key: one.stand_in(key) for key, one in self.fields.items()}
        return {"text": f"‹{name}›", "number": 1, "flag": True}[self.type]

    def faults(self) -> Iterator[InputFault]:
        """What is wrong with its sample, its default, and those of its parts; each with its place."""
        for key in ("sample", "default"):
            value = getattr(self, key)
            if value is not None:
                try:
                    self.checked(value)
                except InputFault as fault:
                    yield InputFault(str(fault), (key, *fault.where))
        for place, part in ((("of",), self.of), *((("fields", key), part) for key, part in self.fields.items())):
            for found in part.faults() if part else ():
                yield InputFault(str(found), (*place, *found.where))

    @functools.cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(self.annotation())

    def annotation(self) -> Any:  # noqa: ANN401 - a type
        """The type that pydantic checks values by."""
        if self.type == "list":
            kind: Any = list[self.of.annotation() if self.of else Any]  # type: ignore[misc]
        elif self.type == "object":
            kind = _object(self.fields)
        else:
            kind = _LEAVES[self.type]
        return kind if self.required or self.default is not None else kind | None

    def has_objects(self) -> bool:
        """Whether there are objects in its values, which templates get as dicts."""
        return self.type == "object" or (self.of is not None and self.of.has_objects())


def checked_values(inputs: Mapping[str, Input], values: Mapping[str, object]) -> dict[str, Any]:
    """The values of all inputs, with the defaults of those that were not given.

    Raises:
        InputFault: one is missing, of another type, or not declared.
    """
    if missing := [name for name, declared in inputs.items() if declared.required and name not in values]:
        unknown = next((name for name in values if name not in inputs), None)
        meant = unknown and closest(unknown, missing)
        was = f"; you gave {unknown}, did you mean {meant}?" if meant else "; give a value for each"
        raise InputFault(f"needs {', '.join(missing)}{was}")
    found = {name: declared.default for name, declared in inputs.items() if not declared.required}
    for name, value in values.items():
        if name not in inputs:
            raise InputFault(f"has no input {name!r}; {did_you_mean(name, inputs)}")
        try:
            found[name] = inputs[name].checked(value)
        except InputFault as fault:
            raise InputFault(f"is given {_shown((name, *fault.where))}, which {fault}") from None
    return found


def _object(fields: Mapping[str, Input]) -> Any:  # noqa: ANN401 - a type
    """A model with these fields: of a mapping, or of anything that has them as attributes."""
    declared = {  # under names of our own: pydantic reserves some
        f"field_{number}": (
            one.annotation(),
            Field(alias=name) if one.required else Field(alias=name, default=one.default),
        )
        for number, (name, one) in enumerate(fields.items())
    }
    config = ConfigDict(extra="forbid" if fields else "allow", from_attributes=bool(fields))
    return create_model("Fields", __config__=config, __base__=None, **cast("dict[str, Any]", declared))


def _fault(declared: Input, error: ValidationError) -> InputFault:
    """The first of what pydantic found, as a sentence about a value."""
    first = error.errors(include_url=False)[0]
    where, place = list[str | int](), list(first["loc"])
    at: Input | None = declared
    while place and at is not None and at.type in {"list", "object"}:  # further on pydantic names types of its own
        step = place.pop(0)
        where.append(step)
        at = at.of if at.type == "list" else at.fields.get(str(step))
    if first["type"] == "missing":
        return InputFault(f"has no `{where[-1]}`; give it one", tuple(where[:-1]))
    if first["type"] == "extra_forbidden":
        hint = did_you_mean(str(where[-1]), _at(declared, where[:-1]).fields)
        return InputFault(f"has no field `{where[-1]}`; {hint}", tuple(where[:-1]))
    kind = at.type if at else "object"
    return InputFault(f"should be {_SHOULD_BE[kind]}, and is {_value(first['input'])}", tuple(where))


def _at(declared: Input, where: list[str | int]) -> Input:
    for step in where:
        inner = declared.of if declared.type == "list" else declared.fields.get(str(step))
        declared = inner or declared
    return declared


def _value(value: object) -> str:
    if value is None:
        return "nothing (None)"
    try:
        return f"{type(value).__name__} {value!r:.60}"
    except Exception:  # noqa: BLE001 - a `repr` of somebody's own
        return type(value).__name__


def _shown(where: Path) -> str:
    """The place in a value as it is written in a template: `solved[0].answer`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")
