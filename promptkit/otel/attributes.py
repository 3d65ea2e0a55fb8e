"""What of a call is told, under the names of OpenTelemetry's conventions for generative AI."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from promptkit.backend import Backend
from promptkit.errors import BackendError
from promptkit.streaming import listening
from promptkit.tracing import current_path
from promptkit.types import Completion, Message, Prompt

Value = str | bool | int | float | tuple[str, ...]
Attributes = dict[str, Value]

OPERATION, PROVIDER, MODEL = "gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"
WORKFLOW, ERROR, TOKEN_TYPE = "gen_ai.workflow.name", "error.type", "gen_ai.token.type"
CACHED = "promptkit.cached"
OURS = "promptkit"  # who provides a model whose name has no provider: a bundled one, or a function

# Ours by the conventions' names; all other providers have the same name there, or none.
_PROVIDERS: Mapping[str, str] = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "openai-responses": "openai",
    "vertex": "gcp.vertex_ai",
    "xai": "x_ai",
    "moonshot": "moonshot_ai",
}
_FINISH = {"stop": "stop", "length": "length", "refusal": "content_filter"}


def identity(model: Backend) -> Attributes:
    """Which model is asked to do what, and where: what its metrics are counted by, too."""
    name, endpoint = str(getattr(model, "name", type(model).__name__)), str(getattr(model, "endpoint", ""))
    provider, slash, bare = name.partition("/")
    found: Attributes = {
        OPERATION: "chat" if getattr(model, "chat", True) else "text_completion",
        PROVIDER: _PROVIDERS.get(provider, provider) if slash else OURS,
        MODEL: bare if slash else name,
    }
    if is_remote(model):
        address = urlsplit(endpoint)
        port = address.port or (443 if address.scheme == "https" else 80)
        found |= {"server.address": address.hostname or "", "server.port": port}
    return found


def is_remote(model: Backend) -> bool:
    """Whether the model is behind an address."""
    return str(getattr(model, "endpoint", "")).startswith(("http://", "https://"))


def asked(prompt: Prompt) -> Attributes:
    """How a reply is sampled, without what is said."""
    given: dict[str, Value | None] = {
        "gen_ai.request.temperature": prompt.temperature,
        "gen_ai.request.max_tokens": prompt.max_tokens,
        "gen_ai.request.stop_sequences": prompt.stop or None,
        "gen_ai.request.stream": True if listening() else None,
        "gen_ai.output.type": None if prompt.schema is None else "json",
        "promptkit.draw": prompt.draw or None,
    }
    return {name: value for name, value in given.items() if value is not None}


def place() -> Attributes:
    """The steps that lead here."""
    path = current_path()
    return {"promptkit.path": path} if path else {}


def replied(answer: Completion) -> Attributes:
    """How a call ended. A reply that is on record was paid for before, and counts no tokens."""
    found: Attributes = {CACHED: answer.cached}
    if reason := _FINISH.get(answer.finish_reason):
        found["gen_ai.response.finish_reasons"] = (reason,)
    usage = answer.usage
    if answer.cached or usage.unmetered:
        return found
    counted = {"gen_ai.usage.input_tokens": usage.input_tokens, "gen_ai.usage.output_tokens": usage.output_tokens}
    more = {
        "gen_ai.usage.cache_read.input_tokens": usage.cached_tokens,
        "gen_ai.usage.reasoning.output_tokens": usage.reasoning_tokens,
    }
    return found | counted | {name: tokens for name, tokens in more.items() if tokens}


def solved(answer: Completion) -> Attributes:
    """How a strategy ended: what it took, and what it did instead of what it is for."""
    found: Attributes = {CACHED: answer.cached, "promptkit.calls": answer.usage.calls}
    fallbacks = answer.all_fallbacks()
    return found | ({"promptkit.fallbacks": fallbacks} if fallbacks else {})


def failed(error: BaseException) -> Attributes:
    """What kind of error ended it; its message may quote what was said."""
    found: Attributes = {ERROR: type(error).__name__}
    if isinstance(error, BackendError) and error.status is not None:
        found["http.response.status_code"] = error.status
    return found


def said(prompt: Prompt) -> Attributes:
    """The prompt, turn by turn."""
    return {"gen_ai.input.messages": _json([{"role": m.role, "parts": _parts(m)} for m in prompt.messages])}


def written(answer: Completion) -> Attributes:
    """The reply."""
    parts = [{"type": "text", "content": answer.text}]
    reason = _FINISH.get(answer.finish_reason, "stop")
    return {"gen_ai.output.messages": _json([{"role": "assistant", "parts": parts, "finish_reason": reason}])}


def _parts(message: Message) -> list[dict[str, str]]:
    """The texts of a turn, and in the place of each image a line about it: bytes don't belong on a span."""
    content = (message.content,) if isinstance(message.content, str) else message.content
    return [{"type": "text", "content": part if isinstance(part, str) else part.shown} for part in content]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
