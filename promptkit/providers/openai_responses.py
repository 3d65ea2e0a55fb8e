"""Models behind OpenAI's Responses API: OpenAI's own, some of which have no other, and those of compatible servers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from promptkit.errors import InvalidRequest
from promptkit.providers.hosted.adapter import IDLE_SECONDS, TIMEOUT_SECONDS
from promptkit.providers.hosted.images import responses_turn
from promptkit.providers.hosted.openai_requests import named_schema
from promptkit.providers.hosted.openai_responses_replies import ResponseStream, read
from promptkit.providers.hosted.presets import RESPONSES, RESPONSES_ELSEWHERE, Preset
from promptkit.providers.hosted.replies import ParsedReply, Stream
from promptkit.providers.hosted.transport import Json
from promptkit.providers.openai import OpenAI
from promptkit.types import Prompt

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_LOGPROBS = "message.output_text.logprobs"


class OpenAIResponses(OpenAI):
    """The model `name` of OpenAI, asked through its Responses API; by name `openai-responses/NAME`.

    System turns are sent as `instructions`, joined by blank lines, wherever they stood. Replies are not stored at the
    provider (`store` is false, unless `extra` has it). Summaries of the reasoning, which `extra={"reasoning":
    {"summary": "auto"}}` asks for, and what the model remarks between its steps are no part of the reply's text. OpenAI
    takes no `max_tokens` below 16. A prompt with stop texts is an `InvalidRequest`: this API has none.

    Args:
        name: as for `OpenAI`, as the other arguments.
        provider: with `base_url` or `client` any name, by which records and errors call the server.
        base_url: by default that of `OPENAI_BASE_URL`, or OpenAI's own.
        api_key: by default that of `OPENAI_API_KEY`.
        timeout_seconds: the longest a call may take.
        idle_seconds: the longest a stream that has begun may send nothing.
        extra: more fields of the request, such as `{"text": {"verbosity": "low"}}`.
        headers: more headers of every request.
        client: a client of the SDK that is ready to use.

    Raises:
        UsageError: as for `OpenAI`.
    """

    _set_by_us: ClassVar[frozenset[str]] = frozenset(
        {"model", "input", "instructions", "include", "stream", "background"}
    )
    _path: ClassVar[str] = "responses"
    _presets: ClassVar[Mapping[str, Preset]] = RESPONSES
    _elsewhere: ClassVar[Preset] = RESPONSES_ELSEWHERE

    def __init__(
        self,
        name: str,
        *,
        provider: str = "openai-responses",
        base_url: str | None = None,
        api_key: str | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        client: AsyncOpenAI | None = None,
    ) -> None:
        super().__init__(
            name,
            provider=provider,
            base_url=base_url,
            api_key=api_key,
            timeout_seconds=timeout_seconds,
            idle_seconds=idle_seconds,
            extra=extra,
            headers=headers,
            client=client,
        )

    def check(self, prompt: Prompt) -> None:
        """As every model of OpenAI; and what this API has for none."""
        super().check(prompt)
        if prompt.stop:
            message = "OpenAI's Responses API has no stop texts; leave out stop, or ask the model as openai/NAME"
            raise InvalidRequest(message, model=self.name)

    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        turns = self._turns(prompt)
        body: Json = {
            "model": self._name,
            "input": [responses_turn(m) for m in turns if m.role != "system"],
            "store": self._extra.get("store", False),
        }
        if system := "\n\n".join(m.text for m in turns if m.role == "system"):
            body["instructions"] = system
        if prompt.temperature is not None:
            body["temperature"] = prompt.temperature
        if prompt.max_tokens is not None:
            body["max_output_tokens"] = prompt.max_tokens
        if prompt.logprobs is not None:
            body["include"] = [_LOGPROBS]
        if prompt.logprobs:
            body["top_logprobs"] = prompt.logprobs
        if prompt.effort is not None and self.facts.efforts != ():  # one that never reasons is not told to stop
            body |= self._preset.effort(prompt.effort) or {}
        if prompt.schema is not None:
            body["text"] = {"format": {"type": "json_schema", **named_schema(prompt.schema)}}
        if streamed:
            body["stream"] = True
        return body

    def _read(self, reply: bytes) -> ParsedReply:
        return read(reply)

    def _stream(self) -> Stream:
        return ResponseStream()
