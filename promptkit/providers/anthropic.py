"""Models behind Anthropic's Messages API."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from promptkit.errors import InvalidRequest
from promptkit.providers.hosted.adapter import CONNECT_SECONDS, IDLE_SECONDS, TIMEOUT_SECONDS, Hosted
from promptkit.providers.hosted.address import belongs, header_names
from promptkit.providers.hosted.anthropic_replies import MessageStream, read
from promptkit.providers.hosted.replies import ParsedReply, Stream
from promptkit.providers.hosted.transport import Client, Json
from promptkit.types import Prompt

if TYPE_CHECKING:
    import httpx2

_OWN_URL = "https://api.anthropic.com"

# The API wants a limit, and reasoning counts against it. The SDK trusts 21,333 tokens to end within our time-out.
MAX_TOKENS = 16_384

# The last version of the API that knows a temperature; newer models refuse one in it too.
_SAMPLING_VERSION = {"anthropic-version": "2023-06-01"}


class Anthropic(Hosted):
    """The model `name` of Anthropic.

    System turns are sent as the API's one system text, joined by blank lines, wherever they stood. A prompt without
    `max_tokens` is sent with 16,384, because the API wants a number. A prompt with a temperature is sent in the older
    version of the API (2023-06-01) that takes one; models from Opus 4.7 on take none, and refuse it (`InvalidRequest`).
    A prompt that asks for `logprobs` is refused as well: this API has none.

    Args:
        name: as Anthropic calls it, such as `claude-haiku-4-5`.
        base_url: by default that of the environment variable `ANTHROPIC_BASE_URL`, or Anthropic's own.
        api_key: by default that of `ANTHROPIC_API_KEY`. It and the headers of `ANTHROPIC_CUSTOM_HEADERS` go to
            Anthropic and the server of `ANTHROPIC_BASE_URL` alone: another `base_url` needs a key of its own.
        timeout_seconds: the longest a call may take.
        idle_seconds: the longest a stream that has begun may send nothing.

    Raises:
        UsageError: an invalid base URL.
    """

    _path: ClassVar[str] = "v1/messages"

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        set_url = os.environ.get("ANTHROPIC_BASE_URL")
        trusted = not base_url or belongs(base_url, _OWN_URL, set_url)
        no_key = "ANTHROPIC_API_KEY is not set; export it, or ask the model nano, which needs no key"
        if not trusted and "ANTHROPIC_API_KEY" in os.environ:
            no_key = "the base URL is not of anthropic, to which ANTHROPIC_API_KEY is sent alone; give api_key"
        super().__init__(
            name,
            provider="anthropic",
            base_url=base_url or set_url or _OWN_URL,
            key=api_key or (os.environ.get("ANTHROPIC_API_KEY", "") if trusted else ""),
            key_name="ANTHROPIC_API_KEY",
            no_key=no_key,
            unsent_headers=() if trusted else header_names(["ANTHROPIC_CUSTOM_HEADERS"]),
            timeout_seconds=timeout_seconds,
            idle_seconds=idle_seconds,
        )

    @property
    def default_max_tokens(self) -> int:
        """What is sent where a prompt leaves it open."""
        return MAX_TOKENS

    def _make_client(self) -> tuple[Client, httpx2.AsyncClient]:
        import anthropic

        http = anthropic.DefaultAioHttpClient(timeout=anthropic.Timeout(None, connect=CONNECT_SECONDS))
        key, url = self._access.key, self._address.url
        return anthropic.AsyncAnthropic(api_key=key, base_url=url, max_retries=0, http_client=http), http

    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        if prompt.logprobs is not None:
            raise InvalidRequest("Anthropic's API has no log probabilities; leave out logprobs", model=self.name)
        body: Json = {
            "model": self._name,
            "messages": [{"role": m.role, "content": m.content} for m in prompt.messages if m.role != "system"],
            "max_tokens": prompt.max_tokens or MAX_TOKENS,
        }
        if system := "\n\n".join(m.content for m in prompt.messages if m.role == "system"):
            body["system"] = system
        if prompt.stop:
            body["stop_sequences"] = list(prompt.stop)
        if prompt.temperature is not None:
            body["temperature"] = prompt.temperature
        if streamed:
            body["stream"] = True
        return body

    def _headers(self, prompt: Prompt) -> Mapping[str, str]:
        return {} if prompt.temperature is None else _SAMPLING_VERSION

    def _read(self, reply: bytes) -> ParsedReply:
        return read(reply)

    def _stream(self) -> Stream:
        return MessageStream()
