"""What a record asks at last, and the turns of the conversation before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from promptkit.tasks.columns import Raw
from promptkit.tasks.plain_text import json_or_text, plain_text
from promptkit.tasks.problems import Unusable
from promptkit.tasks.row_text import Wording
from promptkit.types import Message

_MESSAGES = TypeAdapter(tuple[Message, ...])


def asked_turns(value: object, wording: Wording, values: Raw) -> tuple[str, tuple[Message, ...]]:
    """What is asked at last, and the turns before it."""
    if wording.question:
        text = wording.question.render(values)
        if not text:
            raise Unusable("its question is empty")
        return text, ()
    if isinstance(value, str) and value.lstrip().startswith("[{") and '"role"' in value:
        value = json_or_text(value)
    if isinstance(value, list):
        return _last_turn(value)
    asked = plain_text(value)
    if asked is None or not asked.strip():
        raise Unusable("it has no question")
    return asked, ()


def _last_turn(value: list[Any]) -> tuple[str, tuple[Message, ...]]:
    try:
        turns = _MESSAGES.validate_python([_as_turn(turn) for turn in value])
    except (ValidationError, TypeError, KeyError, AttributeError):
        raise Unusable("its question is a list, and not of messages with role and content") from None
    if not turns or turns[-1].role != "user" or not turns[-1].text.strip():
        raise Unusable("its last message is not the user's, so it asks nothing")
    return turns[-1].text, turns[:-1]


def _as_turn(turn: Mapping[str, Any]) -> dict[str, Any]:
    """A message of chat data: `developer` is the system, and content may come in parts of text."""
    content = turn["content"]
    if isinstance(content, list):
        content = "\n".join(part["text"] for part in content)
    role = {"developer": "system", "human": "user", "gpt": "assistant"}.get(turn["role"], turn["role"])
    return {"role": role, "content": content}
