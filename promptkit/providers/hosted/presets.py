"""The servers that speak OpenAI's Chat Completions API: where they are, and what they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from promptkit.errors import UsageError


@dataclass(frozen=True)
class Preset:
    """How a provider of this API is reached.

    Attributes:
        base_url: where, when nothing else is given.
        url_variable: the environment variable that gives another address.
        url_from: reads that variable.
        key_variable: the environment variable with the key; `""` where none is needed.
        limit: how a request calls `max_tokens`. OpenAI's newer models refuse the old name, `max_tokens`; compatible
            servers learnt the new one late or never (Ollama documents only the old), and ignore what they don't know.
    """

    base_url: str
    url_variable: str = ""
    url_from: Callable[[str], str] = str
    key_variable: str = ""
    limit: str = "max_tokens"


def _ollama_url(host: str) -> str:
    """The base URL for an `OLLAMA_HOST`, which may lack the scheme, the port, or, as `0.0.0.0`, an address to call."""
    bare = "://" not in host
    try:
        parts = urlsplit(f"http://{host}" if bare else host)
        port = parts.port or (11434 if bare else None)
    except ValueError:
        raise UsageError("OLLAMA_HOST is not an address; give one such as localhost:11434") from None
    name = parts.hostname or ""
    if name in {"", "0.0.0.0", "::"}:  # noqa: S104 - an address to listen on, in a variable that servers read too
        name = "localhost"
    authority = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{authority}{f':{port}' if port else ''}{parts.path.rstrip('/')}/v1"


PRESETS: Mapping[str, Preset] = {
    "openai": Preset(
        "https://api.openai.com/v1", "OPENAI_BASE_URL", key_variable="OPENAI_API_KEY", limit="max_completion_tokens"
    ),
    "ollama": Preset("http://localhost:11434/v1", "OLLAMA_HOST", _ollama_url),
    "vllm": Preset("http://localhost:8000/v1"),
    "llamacpp": Preset("http://localhost:8080/v1"),
    "lmstudio": Preset("http://localhost:1234/v1"),
}
