"""What a call differs in from the recorded one that is most like it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

from promptkit.types import Content, Prompt

_AROUND = 30  # letters shown on either side of the first difference


class Call(NamedTuple):
    """A call, as far as its key depends on it."""

    model: str
    endpoint: str
    prompt: Prompt


def nearest_difference(asked: Call, recorded: Iterable[Call]) -> str:
    """What `asked` differs in from the call of `recorded` that is most like it; `""` when there is none."""
    nearest = min(recorded, key=lambda call: _distance(asked, call), default=None)
    return "" if nearest is None else ", ".join(_differences(asked, nearest))


def _distance(asked: Call, call: Call) -> tuple[int, int]:
    messages = _turns(asked.prompt) != _turns(call.prompt)
    other = sum(there != here for _, there, here in _fields(asked, call))
    return other + 3 * messages, -_common(asked.prompt.question, call.prompt.question)


def _differences(asked: Call, call: Call) -> list[str]:
    found = [
        f"{name} ({_shown(there)} in the record, {_shown(here)} here)"
        for name, there, here in _fields(asked, call)
        if there != here
    ]
    there, here = call.prompt.messages, asked.prompt.messages
    if len(there) != len(here):
        found.append(f"the number of messages ({len(there)} in the record, {len(here)} here)")
    for number, (old, new) in enumerate(zip(there, here, strict=False), start=1):
        if old.role != new.role:
            found.append(f"the role of message {number} ({old.role} in the record, {new.role} here)")
        elif old.content != new.content:
            at = _common(old.shown, new.shown)
            start, end = max(0, at - _AROUND), at + _AROUND
            where = f"message {number} ({new.role}) from character {at + 1} on"
            found.append(f"{where} ({old.shown[start:end]!r} in the record, {new.shown[start:end]!r} here)")
            break
    return found


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _fields(asked: Call, call: Call) -> list[tuple[str, object, object]]:
    options = [name for name in Prompt.model_fields if name != "messages"]
    return [
        ("the model", call.model, asked.model),
        ("the endpoint", call.endpoint, asked.endpoint),
        *((name, getattr(call.prompt, name), getattr(asked.prompt, name)) for name in options),
    ]


def _turns(prompt: Prompt) -> list[tuple[str, Content]]:
    return [(message.role, message.content) for message in prompt.messages]


def _shown(value: object) -> str:
    return f"{value!r:.60}"
