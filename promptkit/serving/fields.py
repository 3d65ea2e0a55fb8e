"""The fields of a request: each is read, known to change nothing, or refused by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """The request can't be answered as it is.

    Attributes:
        parameter: the field that is to blame, if one is.
        status: the HTTP status of the reply.
        code: one word for programs.
    """

    def __init__(
        self, message: str, *, parameter: str | None = None, status: int = 400, code: str = "invalid_request"
    ) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.status = status
        self.code = code


def given(body: object, what: str = "the request") -> Json:
    """Its fields but for those that are null.

    Raises:
        Refused: it is not an object.
    """
    if not isinstance(body, dict):
        raise Refused(f"{what} must be a JSON object, got {type(body).__name__}")
    return {name: value for name, value in body.items() if value is not None}


def taken(fields: Json, name: str, kind: type | tuple[type, ...], default: Any = None) -> Any:  # noqa: ANN401 - JSON
    """Take the field `name` out of `fields`.

    Raises:
        Refused: its value is of another type.
    """
    if name not in fields:
        return default
    value = fields.pop(name)
    kinds = kind if isinstance(kind, tuple) else (kind,)
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        wanted = " or ".join(one.__name__ for one in kinds)
        raise Refused(f"{name} must be of type {wanted}, got {type(value).__name__}", parameter=name)
    return value


def refuse_rest(fields: Json, harmless: Mapping[str, Iterable[object]], where: str = "") -> None:
    """Refuse what is left, unless its value is one that changes nothing; no values mean that any does not.

    Raises:
        Refused: names the first field that would be ignored.
    """
    for name, value in fields.items():
        values = tuple(harmless.get(name, (_NEVER,)))
        if values and value not in values:
            fit = f"only {values[0]!r} is" if name in harmless else "it is not"
            shown = f"{name}={value!r}" if isinstance(value, (bool, int, float, str)) else name  # not half an object
            raise Refused(f"{where}{shown:.80} is not supported here: {fit} taken", parameter=name)


_NEVER = object()
