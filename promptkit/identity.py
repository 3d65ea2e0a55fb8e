"""What makes two calls the same call."""

from __future__ import annotations

import hashlib
import json

from promptkit.backend import Model
from promptkit.types import Prompt


def call_key(model: Model, prompt: Prompt) -> str:
    """SHA-256, in hex, of what identifies a call: model, endpoint, messages, parameters and draw."""
    turns = [[m.role, m.content] for m in prompt.messages]
    parts = [model.model, model.endpoint, turns, prompt.temperature, prompt.max_tokens, prompt.draw]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
