"""Models behind OpenAI's Chat Completions API: OpenAI's own, and those of compatible servers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, WrapValidator

from promptkit.backends._hosted import CONNECT_SECONDS, TIMEOUT_SECONDS, Hosted, Part, Reading, none_if_malformed
from promptkit.backends._http_errors import SdkErrors
from promptkit.backends._presets import PRESETS
from promptkit.errors import UsageError
from promptkit.types import FinishReason, Prompt, Usage

if TYPE_CHECKING:
    import httpx2
    import openai

__all__ = ["PRESETS", "OpenAI"]

_FINISH: Mapping[str | None, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "refusal"}


class _Message(Part):
    content: str | None = None
    refusal: str | None = None


class _Choice(Part):
    message: _Message
    finish_reason: str | None = None


class _InputDetails(Part):
    cached_tokens: int | None = None


class _OutputDetails(Part):
    reasoning_tokens: int | None = None


class _Usage(Part):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None

    def ours(self) -> Usage:
        cached, reasoning = self.prompt_tokens_details, self.completion_tokens_details
        return Usage(
            calls=1,
            input_tokens=self.prompt_tokens,
            cached_tokens=(cached and cached.cached_tokens) or 0,
            output_tokens=self.completion_tokens,
            reasoning_tokens=(reasoning and reasoning.reasoning_tokens) or 0,
        )


class _Reply(Part):
    choices: list[_Choice] = Field(min_length=1)
    usage: Annotated[_Usage | None, WrapValidator(none_if_malformed)] = None


class OpenAI(Hosted["openai.AsyncOpenAI"]):
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

    def _errors(self) -> SdkErrors:
        import openai

        return SdkErrors(openai.OpenAIError, openai.APIError, openai.APIConnectionError, openai.APIStatusError)

    def _connect(self) -> openai.AsyncOpenAI:
        import openai

        timeout = openai.Timeout(None, connect=CONNECT_SECONDS)
        return openai.AsyncOpenAI(
            api_key=self._access.key,
            base_url=self._base_url,
            max_retries=0,
            timeout=timeout,
            http_client=openai.DefaultAioHttpClient(timeout=timeout),
        )

    async def _send(self, client: openai.AsyncOpenAI, prompt: Prompt) -> httpx2.Response:
        import httpx2

        messages = [{"role": m.role, "content": m.content} for m in prompt.messages]
        asked = {"temperature": prompt.temperature, self._preset.limit: prompt.max_tokens}
        given = {name: value for name, value in asked.items() if value is not None}
        body = {"model": self._name, "messages": messages, **given}
        return await client.post("/chat/completions", cast_to=httpx2.Response, body=body)

    def _read(self, reply: bytes) -> Reading:
        read = _Reply.model_validate_json(reply)
        message = read.choices[0].message
        usage = read.usage.ours() if read.usage else Usage(calls=1, unmetered=1)
        if message.refusal:
            return Reading(message.refusal, "refusal", usage)
        finish_reason = _FINISH.get(read.choices[0].finish_reason, "unknown")
        if message.content is None and finish_reason not in {"length", "refusal"}:  # those may stop before any text
            raise self._unusable("a message without content")
        return Reading(message.content or "", finish_reason, usage)
