"""The text in what a log keeps of a question or a reply: a text, messages, or an object around one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_INSIDE = (  # where the text may be in an object, the likeliest first
    *("content", "text", "output", "answer", "question", "input", "prompt", "value", "messages", "choices", "message"),
)
_DEEPEST = 6


def text_of(value: object, *, depth: int = 0) -> str | None:
    """The text; of messages the last one's. JSON that holds no text stays as it is written."""
    if depth > _DEEPEST or value is None:
        return None
    if isinstance(value, str):
        inner = _parsed(value)
        return value if inner is None else text_of(inner, depth=depth + 1) or value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, list):
        parts = [part["text"] for part in value if isinstance(part, Mapping) and part.get("type") == "text"]
        if parts:
            return "\n".join(map(str, parts))
        return text_of(value[-1], depth=depth + 1) if value else None
    if isinstance(value, Mapping):
        named = next((value[name] for name in _INSIDE if value.get(name) not in (None, "", [])), None)
        if named is None and len(value) == 1:
            named = next(iter(value.values()))
        return json.dumps(value, ensure_ascii=False, default=str) if named is None else text_of(named, depth=depth + 1)
    return str(value)


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON has
    """The object or list in a cell of a table; nothing where it is a text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    turns = isinstance(found, list) and bool(found) and all(isinstance(one, Mapping) for one in found)
    return found if turns or (isinstance(found, Mapping) and found.keys() & set(_INSIDE)) else None


def one_or_several(value: object) -> str | list[str] | None:
    """A target: a text, or the texts of a list of several."""
    if isinstance(value, list):
        return [text for one in value if (text := text_of(one)) is not None]
    return text_of(value)
