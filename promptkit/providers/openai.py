"""Models behind OpenAI's Chat Completions API: OpenAI's own, and those of compatible servers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from promptkit.errors import InvalidRequest, Unavailable, UsageError
from promptkit.providers.hosted.adapter import CONNECT_SECONDS, IDLE_SECONDS, TIMEOUT_SECONDS, Hosted
from promptkit.providers.hosted.address import belongs, header_names
from promptkit.providers.hosted.given_client import url_of
from promptkit.providers.hosted.images import chat_turn
from promptkit.providers.hosted.openai_replies import ChatStream, read
from promptkit.providers.hosted.openai_requests import in_user_turn, named_schema, refuses_system
from promptkit.providers.hosted.presets import PRESETS, Preset
from promptkit.providers.hosted.replies import ParsedReply, Stream
from promptkit.providers.hosted.transport import Client, Json
from promptkit.streaming import DeltaStream
from promptkit.types import Completion, Message, Prompt

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

    from promptkit.batch_api import BatchApi

__all__ = ["PRESETS", "OpenAI"]

_HAVE_BATCHES = ("openai", "openai-responses")
_OWN_HEADERS = frozenset({"openai-organization", "openai-project"})  # that the SDK takes from the environment


class OpenAI(Hosted):
    """The model `name` of OpenAI, or of another server of the same API.

    What a model is known to refuse (a temperature, an effort that it lacks) is an `InvalidRequest` before anything is
    sent. Instructions are sent as a system turn, and to a model without one in the first user turn: one
    that is known to have none, or that refuses it, which costs one more request that is not paid for.

    Args:
        name: as the provider calls it, such as `gpt-6-luna`.
        provider: a key of `PRESETS`, which has the server's address and what it needs; with `base_url` any other name,
            by which records and errors call the server.
        base_url: another address; by default that of the provider's environment variable, such as `OPENAI_BASE_URL`
            (for Ollama `OLLAMA_HOST`, for Azure `AZURE_OPENAI_ENDPOINT`), or the provider's own.
        api_key: by default that of `OPENAI_API_KEY`. It and what else the SDK takes from the environment (organization,
            project, headers) go to OpenAI and the server of `OPENAI_BASE_URL` alone: another `base_url` needs a key of
            its own.
        timeout_seconds: the longest a call may take.
        idle_seconds: the longest a stream that has begun may send nothing.
        requires_finish_reason: whether a stream that ends without a finish reason was cut off, and is `Unavailable`.
            `False` is for a server that never sends one: what came until its end mark is the reply, and why it ended
            is unknown.
        extra: more fields of the request, such as `{"top_p": 0.9, "seed": 7}`; what a prompt sets counts before them.
            They are part of a call's identity.
        headers: more headers of every request. They are part of a call's identity, by a digest: no value is recorded.
            Those whose name speaks of a secret (auth, key, token, …) are not part of it, as `api_key` is not.
        client: a client of the SDK that is ready to use, such as `AsyncAzureOpenAI(…)`, which then sends every request
            in its own way, signed and with fresh tokens, and costs more CPU. Its address and key count. It belongs to
            one event loop, and whoever made it closes it.

    Raises:
        UsageError: an unknown provider without a base URL, an invalid base URL, or unusable `extra`, `headers` or
            `client`.
    """

    _set_by_us: ClassVar[frozenset[str]] = frozenset({"model", "messages", "stream", "stream_options", "n"})
    _path: ClassVar[str] = "chat/completions"
    _presets: ClassVar[Mapping[str, Preset]] = PRESETS
    _elsewhere: ClassVar[Preset] = Preset("")

    def __init__(
        self,
        name: str,
        *,
        provider: str = "openai",
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        requires_finish_reason: bool = True,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        client: AsyncOpenAI | None = None,
    ) -> None:
        if client is not None:
            base_url = url_of(client, f"{provider}/{name}")
        if provider not in self._presets and not base_url:
            known = f"providers are {', '.join(self._presets)}; another one needs base_url"
            raise UsageError(f"no provider named {provider!r} speaks this API; {known}")
        self._preset = preset = self._presets.get(provider, self._elsewhere)
        set_url = os.environ.get(preset.url_variable)
        url = base_url or (preset.url_from(set_url) if set_url else preset.base_url)
        if not url:
            raise UsageError(f"{provider}/{name} has no address; set {preset.url_variable} or give base_url")
        trusted = bool(preset.key_variable) and (not base_url or belongs(url, preset.base_url, set_url))
        no_key = f"{preset.key_variable} is not set; export it, or ask the model nano, which needs no key"
        if not trusted and preset.key_variable in os.environ:
            way_out = f"set {preset.url_variable} or give api_key"
            no_key = f"the base URL is not {provider}'s, and {preset.key_variable} is sent only there; {way_out}"
        set_key = os.environ.get(preset.key_variable, "") if trusted else ""
        super().__init__(
            name,
            provider=provider,
            base_url=url,
            key=api_key or set_key or ("" if preset.key_variable else "unused"),  # the SDK insists on a key
            key_name=preset.key_variable or "api_key",
            no_key=no_key,
            unsent_headers=() if trusted else _OWN_HEADERS | header_names(["OPENAI_CUSTOM_HEADERS"]),
            timeout_seconds=timeout_seconds,
            idle_seconds=idle_seconds,
            extra=extra,
            headers=headers,
            client=client,
        )
        self._requires_finish_reason = requires_finish_reason
        self._takes_system = self.facts.system

    def _make_client(self) -> tuple[Client, httpx2.AsyncClient]:
        import openai

        http = openai.DefaultAioHttpClient(timeout=openai.Timeout(None, connect=CONNECT_SECONDS))
        key, url = self._access.key, self._address.url
        own = self._own_headers
        client = openai.AsyncOpenAI(api_key=key, base_url=url, max_retries=0, http_client=http, default_headers=own)
        return client, http

    def check(self, prompt: Prompt) -> None:
        """As every hosted model; and a way to ask for the effort must exist."""
        super().check(prompt)
        if prompt.effort is not None and self._preset.effort(prompt.effort) is None:
            message = f"{self.name} takes no number of tokens as `effort`; give a level such as low"
            raise InvalidRequest(message, model=self.name)

    def batch_api(self) -> BatchApi | None:
        """OpenAI's batch API; other servers have none."""
        if self.name.partition("/")[0] not in _HAVE_BATCHES:
            return None
        from promptkit.providers.hosted.openai_batches import OpenAIBatches

        return OpenAIBatches(self, f"/v1/{self._path}")

    def batch_reply(self, prompt: Prompt, status: int, body: bytes) -> Completion | None:
        """As of every hosted model; nothing where it turns out to take no system turn, and is to be asked once more."""
        try:
            return super().batch_reply(prompt, status, body)
        except (InvalidRequest, Unavailable) as refusal:
            if not (any(m.role == "system" for m in prompt.messages) and refuses_system(str(refusal))):
                raise
        self._takes_system = False
        return None

    async def _ask(self, prompt: Prompt, listened: DeltaStream | None) -> ParsedReply:
        """As every hosted model; and once more where the model turns out to take no system turn."""
        has_system = self._takes_system and any(m.role == "system" for m in prompt.messages)
        try:
            return await super()._ask(prompt, listened)
        except (InvalidRequest, Unavailable) as refusal:  # a chat template that fails is an error of the server
            if not (has_system and refuses_system(str(refusal))):
                raise
        self._takes_system = False
        return await super()._ask(prompt, listened)

    def _turns(self, prompt: Prompt) -> tuple[Message, ...]:
        """The turns as the model takes them."""
        return prompt.messages if self._takes_system else in_user_turn(prompt.messages)

    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        asked = {
            "temperature": prompt.temperature,
            self._preset.limit: prompt.max_tokens,
            "stop": list(prompt.stop) or None,
            "logprobs": True if prompt.logprobs is not None else None,
            "top_logprobs": prompt.logprobs or None,
        }
        turns = self._turns(prompt)
        body: Json = {
            "model": self._name,
            "messages": [chat_turn(m) for m in turns],
            **{name: value for name, value in asked.items() if value is not None},
        }
        if prompt.effort is not None and self.facts.efforts != ():  # one that never reasons is not told to stop
            body |= self._preset.effort(prompt.effort) or {}
        if prompt.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": named_schema(prompt.schema)}
        if streamed:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return body

    def _read(self, reply: bytes) -> ParsedReply:
        return read(reply)

    def _stream(self) -> Stream:
        return ChatStream(unexplained=not self._requires_finish_reason)
