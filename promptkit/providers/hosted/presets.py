"""The servers that speak OpenAI's APIs: where they are, and what they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from promptkit.errors import UsageError
from promptkit.providers.hosted import effort
from promptkit.providers.hosted.effort import EffortFields


@dataclass(frozen=True)
class Preset:
    """How a provider of this API is reached.

    Attributes:
        base_url: where, when nothing else is given; `""` where each user has an address of their own.
        url_variable: the environment variable that gives another address.
        url_from: reads that variable.
        key_variable: the environment variable with the key; `""` where none is needed.
        limit: how a request calls `max_tokens`. OpenAI's newer models refuse the old name, `max_tokens`; compatible
            servers learnt the new one late or never (Ollama documents only the old), and ignore what they don't know.
        effort: how a request asks for an effort.
    """

    base_url: str
    url_variable: str = ""
    url_from: Callable[[str], str] = str
    key_variable: str = ""
    limit: str = "max_tokens"
    effort: EffortFields = effort.by_level


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


def _azure_url(endpoint: str) -> str:
    """The base URL for an `AZURE_OPENAI_ENDPOINT`, which is that of the resource alone."""
    bare = endpoint.rstrip("/")
    return bare if "/openai" in bare else f"{bare}/openai/v1"


# Of the Chat Completions API.
PRESETS: Mapping[str, Preset] = {
    "openai": Preset(
        "https://api.openai.com/v1", "OPENAI_BASE_URL", key_variable="OPENAI_API_KEY", limit="max_completion_tokens"
    ),
    "azure": Preset(
        "", "AZURE_OPENAI_ENDPOINT", _azure_url, key_variable="AZURE_OPENAI_API_KEY", limit="max_completion_tokens"
    ),
    "openrouter": Preset(
        "https://openrouter.ai/api/v1",
        "OPENROUTER_BASE_URL",
        key_variable="OPENROUTER_API_KEY",
        effort=effort.openrouter,
    ),
    "gemini": Preset(
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "GEMINI_BASE_URL",
        key_variable="GEMINI_API_KEY",
        effort=effort.gemini,
    ),
    "groq": Preset("https://api.groq.com/openai/v1", "GROQ_BASE_URL", key_variable="GROQ_API_KEY"),
    "mistral": Preset("https://api.mistral.ai/v1", "MISTRAL_BASE_URL", key_variable="MISTRAL_API_KEY"),
    "deepseek": Preset(
        "https://api.deepseek.com", "DEEPSEEK_BASE_URL", key_variable="DEEPSEEK_API_KEY", effort=effort.deepseek
    ),
    "together": Preset(
        "https://api.together.xyz/v1", "TOGETHER_BASE_URL", key_variable="TOGETHER_API_KEY", effort=effort.together
    ),
    "ollama": Preset("http://localhost:11434/v1", "OLLAMA_HOST", _ollama_url),
    "vllm": Preset("http://localhost:8000/v1", "VLLM_BASE_URL", effort=effort.vllm),
    "llamacpp": Preset("http://localhost:8080/v1", "LLAMACPP_BASE_URL", effort=effort.llamacpp),
    "lmstudio": Preset("http://localhost:1234/v1", "LMSTUDIO_BASE_URL"),
}

# Of the Responses API; any other server of it is reached by its address.
RESPONSES: Mapping[str, Preset] = {
    "openai-responses": Preset(
        "https://api.openai.com/v1", "OPENAI_BASE_URL", key_variable="OPENAI_API_KEY", effort=effort.responses
    ),
}
RESPONSES_ELSEWHERE = Preset("", effort=effort.responses)
