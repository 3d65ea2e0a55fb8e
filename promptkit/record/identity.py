"""What makes two calls the same call."""

from __future__ import annotations

import hashlib
import json

from promptkit.backend import Model
from promptkit.image import Image
from promptkit.types import Prompt


def call_key(model: Model, prompt: Prompt) -> str:
    """SHA-256, in hex, of what identifies a call: model, endpoint, messages, parameters, draw and repeat.

    Of images their bytes count, or the address, and not the name of the file.
    """
    turns = [[m.role, m.content if isinstance(m.content, str) else _parts(m.content)] for m in prompt.messages]
    parts: list[object] = [model.name, model.endpoint, turns, prompt.temperature, prompt.max_tokens, prompt.draw]
    later = {
        "stop": prompt.stop or None,
        "logprobs": prompt.logprobs,
        "repeat": prompt.repeat or None,
        "effort": prompt.effort,
        "schema": prompt.schema,
    }  # left out when not set, as in older records
    parts += [{name: value} for name, value in later.items() if value is not None]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _parts(parts: tuple[str | Image, ...]) -> list[object]:
    return [part if isinstance(part, str) else {"image": part.identity} for part in parts]
