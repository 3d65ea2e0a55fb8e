"""Models behind Anthropic's Messages API."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from promptkit.errors import InvalidRequest
from promptkit.providers.hosted.adapter import CONNECT_SECONDS, IDLE_SECONDS, TIMEOUT_SECONDS, Hosted
from promptkit.providers.hosted.address import belongs, header_names
from promptkit.providers.hosted.anthropic_replies import MessageStream, read
from promptkit.providers.hosted.given_client import url_of
from promptkit.providers.hosted.images import anthropic_turn
from promptkit.providers.hosted.replies import ParsedReply, Stream
from promptkit.providers.hosted.transport import Client, Json
from promptkit.types import Effort, Prompt

if TYPE_CHECKING:
    import httpx2
    from anthropic import AsyncAnthropic, AsyncAnthropicBedrock, AsyncAnthropicVertex

    from promptkit.batch_api import BatchApi

_OWN_URL = "https://api.anthropic.com"

# The API wants a limit, and reasoning counts against it. The SDK trusts 21,333 tokens to end within our time-out.
MAX_TOKENS = 16_384

LEAST_BUDGET = 1_024  # tokens of reasoning; fewer the API refuses

# The last version of the API that knows a temperature; newer models refuse one in it too.
_SAMPLING_VERSION = {"anthropic-version": "2023-06-01"}
_SAMPLING = {"temperature", "top_p", "top_k"}
# Clouds have the version in the body, and names of their own for it; by an attribute of the SDK's client for each.
_SAMPLING_AT = {"aws_region": "bedrock-2023-05-31", "project_id": "vertex-2023-10-16"}


class Anthropic(Hosted):
    """The model `name` of Anthropic.

    System turns are sent as the API's one system text, joined by blank lines, wherever they stood. A prompt without
    `max_tokens` is sent with 16,384, because the API wants a number; one that sets a number of tokens as effort, with
    as many more. A prompt with a temperature is sent in the older version of the API (2023-06-01) that takes one;
    models from Opus 4.7 on take none. What a model is known to refuse is an `InvalidRequest` before anything is sent;
    so is a prompt that asks for `logprobs`: this API has none.

    A level of effort is sent with adaptive thinking, where the model has that; a number of tokens as the budget of
    extended thinking, which only models up to Opus 4.6 have.

    Args:
        name: as Anthropic calls it, such as `claude-haiku-5-5`.
        base_url: by default that of the environment variable `ANTHROPIC_BASE_URL`, or Anthropic's own.
        api_key: by default that of `ANTHROPIC_API_KEY`. It and the headers of `ANTHROPIC_CUSTOM_HEADERS` go to
            Anthropic and the server of `ANTHROPIC_BASE_URL` alone: another `base_url` needs a key of its own.
        timeout_seconds: the longest a call may take.
        idle_seconds: the longest a stream that has begun may send nothing.
        extra: more fields of the request, such as `{"service_tier": "standard_only"}`; what a prompt sets counts before
            them. They are part of a call's identity.
        headers: more headers of every request, such as `{"anthropic-beta": "…"}`. They are part of a call's identity,
            by a digest: no value is recorded. Those whose name speaks of a secret are not part of it.
        client: a client of the SDK that is ready to use, such as `AsyncAnthropicBedrock(…)`, which then sends every
            request in its own way, signed and with fresh tokens, and costs more CPU. Its address and key count. It
            belongs to one event loop, and whoever made it closes it.

    Raises:
        UsageError: an invalid base URL, or unusable `extra`, `headers` or `client`.
    """

    _set_by_us: ClassVar[frozenset[str]] = frozenset({"model", "messages", "system", "stream"})
    _path: ClassVar[str] = "v1/messages"

    def __init__(
        self,
        name: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        client: AsyncAnthropic | AsyncAnthropicBedrock | AsyncAnthropicVertex | None = None,
    ) -> None:
        if client is not None:
            base_url = url_of(client, f"anthropic/{name}")
        set_url = os.environ.get("ANTHROPIC_BASE_URL")
        trusted = not base_url or belongs(base_url, _OWN_URL, set_url)
        no_key = "ANTHROPIC_API_KEY is not set; export it, or ask the model nano, which needs no key"
        if not trusted and "ANTHROPIC_API_KEY" in os.environ:
            fact = "the base URL is not anthropic's, and ANTHROPIC_API_KEY is sent only there"
            no_key = f"{fact}; set ANTHROPIC_BASE_URL or give api_key"
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
            extra=extra,
            headers=headers,
            client=client,
        )

    @property
    def default_max_tokens(self) -> int:
        """What is sent where a prompt leaves it open."""
        return MAX_TOKENS

    def check(self, prompt: Prompt) -> None:
        """As every hosted model; and what this API has for none."""
        super().check(prompt)
        if prompt.logprobs is not None:
            raise InvalidRequest("Anthropic's API has no log probabilities; leave out logprobs", model=self.name)
        if isinstance(budget := prompt.effort, int):
            longest = prompt.max_tokens or budget + MAX_TOKENS
            if not LEAST_BUDGET <= budget < longest:
                fact = f"takes {LEAST_BUDGET} tokens or more as `effort`, and fewer than `max_tokens`"
                raise InvalidRequest(f"{self.name} {fact}, got {budget} of {longest}; change one", model=self.name)
        elif prompt.effort == "minimal":
            raise InvalidRequest(f"{self.name} has no `effort` minimal; give low or none", model=self.name)

    def batch_api(self) -> BatchApi | None:
        """Anthropic's Message Batches API; clouds that serve its models have none."""
        if any(hasattr(self._client, field) for field in _SAMPLING_AT):
            return None
        from promptkit.providers.hosted.anthropic_batches import AnthropicBatches

        return AnthropicBatches(self, self._headers)

    def _make_client(self) -> tuple[Client, httpx2.AsyncClient]:
        import anthropic

        http = anthropic.DefaultAioHttpClient(timeout=anthropic.Timeout(None, connect=CONNECT_SECONDS))
        key, url = self._access.key, self._address.url
        own = self._own_headers
        client = anthropic.AsyncAnthropic(
            api_key=key, base_url=url, max_retries=0, http_client=http, default_headers=own
        )
        return client, http

    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        body: Json = {
            "model": self._name,
            "messages": [anthropic_turn(m) for m in prompt.messages if m.role != "system"],
            "max_tokens": prompt.max_tokens or MAX_TOKENS,
        }
        if system := "\n\n".join(m.text for m in prompt.messages if m.role == "system"):
            body["system"] = system
        if prompt.stop:
            body["stop_sequences"] = list(prompt.stop)
        if prompt.temperature is not None:
            body["temperature"] = prompt.temperature
        if self._is_sampled(prompt):
            for field, version in _SAMPLING_AT.items():
                if hasattr(self._client, field):
                    body["anthropic_version"] = version
        if prompt.effort is not None:
            body |= self._thinking(prompt.effort)
            if isinstance(prompt.effort, int) and prompt.max_tokens is None:
                body["max_tokens"] = prompt.effort + MAX_TOKENS
        if prompt.schema is not None:
            form = {"type": "json_schema", "schema": _as_their_subset(prompt.schema)}
            body["output_config"] = {**body.get("output_config", {}), "format": form}
        if streamed:
            body["stream"] = True
        return body

    def _thinking(self, effort: Effort) -> Json:
        if isinstance(effort, int):
            return {"thinking": {"type": "enabled", "budget_tokens": effort}}
        if effort == "none":
            return {"thinking": {"type": self.facts.thinking_off or "disabled"}}
        config = {"output_config": {"effort": effort}}
        adaptive = self.facts.adaptive is not False
        return {"thinking": {"type": "adaptive"}, **config} if adaptive else config

    def _headers(self, prompt: Prompt) -> Mapping[str, str]:
        return _SAMPLING_VERSION if self._is_sampled(prompt) else {}

    def _is_sampled(self, prompt: Prompt) -> bool:
        return prompt.temperature is not None or not _SAMPLING.isdisjoint(self._extra)

    def _read(self, reply: bytes) -> ParsedReply:
        return read(reply)

    def _stream(self) -> Stream:
        return MessageStream()


@functools.lru_cache(maxsize=64)
def _as_their_subset(schema: str) -> Json:
    """The schema as the API takes it, by the SDK: objects are closed, and limits it lacks go to the descriptions."""
    import anthropic

    return anthropic.transform_schema(json.loads(schema))
