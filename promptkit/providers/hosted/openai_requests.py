"""Parts of requests that both APIs of OpenAI share."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from typing import Any

from promptkit.types import Message

# As OpenAI, Google, and the chat templates of Gemma and Mistral word it, which servers of local models pass on.
_NO_SYSTEM = re.compile(
    r"system role (?:is )?not supported|developer instruction is not enabled|role'? does not support 'system'"
    r"|only user(?: and|,) assistant (?:and tool )?roles are supported|must alternate user/assistant/",
    re.IGNORECASE,
)
_NO_LETTER = re.compile(r"[^A-Za-z0-9_-]+")


def refuses_system(words: str) -> bool:
    """Whether an error is that the model takes no system turn."""
    return bool(_NO_SYSTEM.search(words))


def in_user_turn(messages: Sequence[Message]) -> tuple[Message, ...]:
    """The turns of a conversation whose instructions stand at the head of its first user turn, for want of a system."""
    system = "\n\n".join(m.text for m in messages if m.role == "system")
    turns = [m for m in messages if m.role != "system"]
    if not system:
        return tuple(turns)
    if not turns or turns[0].role != "user":
        return (Message(role="user", content=system), *turns)
    return (turns[0].with_text(f"{system}\n\n{turns[0].text}"), *turns[1:])


@functools.lru_cache(maxsize=64)
def named_schema(text: str) -> dict[str, Any]:
    """A schema with the name that the API wants, held to strictly where it keeps to the API's strict subset.

    That wants every property of every object required, and others forbidden. Where they all are required, they are
    forbidden here too.
    """
    schema = json.loads(text)
    closed = _closed(schema)
    strict = _is_strict(closed)
    name = _NO_LETTER.sub("_", str(schema.get("title") or "reply"))[:64] or "reply"
    return {"name": name, "schema": closed if strict else schema, "strict": strict}


def _closed(schema: Any) -> Any:  # noqa: ANN401 - a part of a schema
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {name: part if name in _NO_SCHEMAS else _closed(part) for name, part in schema.items()}
    return (
        {**parts, "additionalProperties": False}
        if _is_object(schema) and "additionalProperties" not in parts
        else parts
    )


def _is_strict(schema: object) -> bool:
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, dict):
        return True
    if _is_object(schema):
        properties = schema.get("properties", {})
        if schema.get("additionalProperties") is not False or set(schema.get("required", ())) != set(properties):
            return False
    return all(_is_strict(part) for name, part in schema.items() if name not in _NO_SCHEMAS)


def _is_object(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "object"


_NO_SCHEMAS = {"enum", "const", "default", "examples", "required"}
