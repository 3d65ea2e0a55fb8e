"""Models behind OpenAI's Chat Completions API: OpenAI's own, and those of compatible servers."""

from __future__ import annotations

import os

from promptkit.errors import UsageError
from promptkit.providers.hosted.adapter import CONNECT_SECONDS, TIMEOUT_SECONDS, Hosted
from promptkit.providers.hosted.errors import SdkErrors
from promptkit.providers.hosted.openai_replies import ChatStream, read
from promptkit.providers.hosted.presets import PRESETS
from promptkit.providers.hosted.replies import ParsedReply, Stream
from promptkit.providers.hosted.transport import HostedTransport, Json
from promptkit.types import Prompt

__all__ = ["PRESETS", "OpenAI"]


class OpenAI(Hosted):
    """The model `name` of OpenAI, or of another server of the same API.

    Args:
        name: as the provider calls it, such as `gpt-5-mini`.
        provider: a key of `PRESETS`, which says where the server is and what it needs.
        base_url: another address; by default that of the environment variable `OPENAI_BASE_URL` (for Ollama
            `OLLAMA_HOST`), or the provider's own.
        api_key: by default that of `OPENAI_API_KEY`, which is sent to no other provider.
        timeout_seconds: the longest a call may take.

    Raises:
        UsageError: an unknown provider, or a base URL that is none.
    """

    def __init__(
        self,
        name: str,
        *,
        provider: str = "openai",
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        if provider not in PRESETS:
            raise UsageError(f"no provider named {provider!r} speaks this API; there are {', '.join(PRESETS)}")
        self._preset = preset = PRESETS[provider]
        set_url, set_key = os.environ.get(preset.url_variable), os.environ.get(preset.key_variable)
        super().__init__(
            name,
            provider=provider,
            base_url=base_url or (preset.url_from(set_url) if set_url else preset.base_url),
            key=api_key or set_key or ("" if preset.key_variable else "unused"),  # the SDK insists on a key
            key_name=preset.key_variable or "api_key",
            timeout_seconds=timeout_seconds,
        )

    def _connect(self) -> HostedTransport:
        import httpx2
        import openai

        errors = SdkErrors(
            openai.OpenAIError, openai.APIError, openai.APIConnectionError, openai.APIStatusError, httpx2.RequestError
        )
        http = openai.DefaultAioHttpClient(timeout=openai.Timeout(None, connect=CONNECT_SECONDS))
        client = openai.AsyncOpenAI(api_key=self._access.key, base_url=self._base_url, max_retries=0, http_client=http)
        return HostedTransport.to("chat/completions", client, http, errors)

    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        asked = {
            "temperature": prompt.temperature,
            self._preset.limit: prompt.max_tokens,
            "stop": list(prompt.stop) or None,
            "logprobs": True if prompt.logprobs is not None else None,
            "top_logprobs": prompt.logprobs or None,
        }
        body: Json = {
            "model": self._name,
            "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
            **{name: value for name, value in asked.items() if value is not None},
        }
        if streamed:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return body

    def _read(self, reply: bytes) -> ParsedReply:
        return read(reply)

    def _stream(self) -> Stream:
        return ChatStream()
