"""The messages of a request as turns of a prompt."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError

from promptkit.image import Image
from promptkit.serving.fields import Json, Refused, given, refuse_rest, taken
from promptkit.types import Message, Role

_ROLES: Mapping[str, Role] = {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"}
_TEXTS = ("text", "input_text", "output_text")
_IMAGES = ("image_url", "input_image")
_UNSAID: Mapping[str, tuple[object, ...]] = {"type": ("message",), "id": (), "status": (), "annotations": ()}


def turn_of(message: object) -> Message:
    """One message.

    Raises:
        Refused: its role, a part of it, or a field can't be taken: a name, a call of a tool.
    """
    fields = given(message, "a message")
    role = taken(fields, "role", str, "")
    if role not in _ROLES:
        raise Refused(f"a message has the role {role!r}; known are {', '.join(_ROLES)}", parameter="role")
    content = taken(fields, "content", (str, list), "")
    refuse_rest(fields, _UNSAID, f"in a message of the {role}, ")
    parts = content if isinstance(content, str) else tuple(_part(part) for part in content) or ""
    try:
        return Message(role=_ROLES[role], content=cast("Any", parts))
    except ValidationError as error:
        raise Refused(f"a message of the {role}: {error.errors()[0]['msg']}", parameter="content") from None


def _part(part: object) -> str | Image:
    fields = given(part, "a part of a message")
    kind = taken(fields, "type", str, "")
    if kind in _TEXTS:
        return str(taken(fields, "text", str, ""))
    if kind not in _IMAGES:
        raise Refused(f"a part of a message has the type {kind!r}; texts and images are taken", parameter="content")
    return _image(fields)


def _image(fields: Json) -> Image:
    named = taken(fields, "image_url", (str, dict), "")
    url = named if isinstance(named, str) else str(named.get("url", ""))
    try:
        if url.startswith("data:"):
            return Image(data=base64.b64decode(url.partition(",")[2], validate=True))
        return Image(url=url)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise Refused(f"an image: {reason}", parameter="image_url") from None
    except ValueError:  # not base64, or not even ASCII
        raise Refused("an image has a data: address that is not base64", parameter="image_url") from None
