"""The body of a request as JSON: the fields of a prompt, and those that a user adds to every request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from typing import Any

from promptkit.errors import InvalidRequest, UsageError
from promptkit.providers.hosted.transport import Json
from promptkit.types import Prompt


def checked_extra(extra: Mapping[str, Any], model: str, *, taken: Set[str]) -> dict[str, Any]:
    """A copy of the fields that a user adds; those `taken` are set by the prompt and the adapter.

    Raises:
        UsageError: one is taken, or they are not JSON.
    """
    if unnamed := [name for name in extra if not isinstance(name, str)]:
        raise UsageError(f"{model}: extra has the field {unnamed[0]!r}; the names of fields are texts")
    if both := sorted(taken & extra.keys()):
        raise UsageError(f"{model}: extra can't set {', '.join(both)}: the prompt and the adapter do")
    try:
        copied: dict[str, Any] = json.loads(json.dumps(dict(extra), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise UsageError(f"{model}: extra is sent as JSON: {error}") from None
    return copied


def merged(extra: Mapping[str, Any], body: Json) -> Json:
    """The body with the fields of `extra` that it lacks; objects that both have are merged, but for those of a type."""
    whole = dict(extra)
    for name, value in body.items():
        other = whole.get(name)
        if isinstance(other, dict) and isinstance(value, dict) and "type" not in {*other, *value}:
            whole[name] = merged(other, value)
        else:
            whole[name] = value
    return whole


def encoded(body: Json, prompt: Prompt, model: str) -> bytes:
    """The body as JSON.

    Raises:
        InvalidRequest: the prompt has something that JSON can't hold.
    """
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])
        fault = f"it has half a character, {half} (an unpaired surrogate); replace it"
    except ValueError:
        fault = f"its temperature, {prompt.temperature}, is not a finite number"
    raise InvalidRequest(f"the prompt can't be sent to {model}: {fault}", model=model)
