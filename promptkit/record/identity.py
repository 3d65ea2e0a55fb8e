"""What makes two calls the same call."""

from __future__ import annotations

import hashlib
import json

from promptkit.backend import Model
from promptkit.types import Prompt


def call_key(model: Model, prompt: Prompt) -> str:
    """SHA-256, in hex, of what identifies a call: model, endpoint, messages, parameters, draw and repeat."""
    turns = [[m.role, m.content] for m in prompt.messages]
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
