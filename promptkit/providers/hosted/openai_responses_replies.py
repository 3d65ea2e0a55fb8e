"""How the Responses API answers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag, WrapValidator

from promptkit.providers.hosted.finish_reasons import finish_reason
from promptkit.providers.hosted.openai_parts import Counts, Likely
from promptkit.providers.hosted.replies import (
    ErrorReply,
    ParsedReply,
    Part,
    Stream,
    Unusable,
    checked_size,
    none_if_malformed,
)
from promptkit.types import Token, Usage

_END = b"[DONE]"  # of servers that end all streams alike; OpenAI's own sends none here
_UNFINISHED = {"in_progress", "queued"}


class _Content(Part):
    type: str = ""
    text: str | None = None
    refusal: str | None = None
    logprobs: Annotated[tuple[Likely, ...] | None, WrapValidator(none_if_malformed)] = None


class _Message(Part):
    content: Annotated[list[_Content], Field(max_length=10_000)] | None = None
    phase: str | None = None

    @property
    def is_answer(self) -> bool:
        """Whether it is for the user: what a model remarks between its steps is not."""
        return self.phase != "commentary"


class _Other(Part):
    """Reasoning and its summary, calls of tools: no part of the answer."""


def _kind(item: object) -> str:
    return "message" if isinstance(item, dict) and item.get("type") == "message" else "other"


_Item = Annotated[Annotated[_Message, Tag("message")] | Annotated[_Other, Tag("other")], Discriminator(_kind)]


class _Incomplete(Part):
    reason: str | None = None


class _Response(Part):
    output: list[_Item] = Field(max_length=10_000)
    status: str | None = None
    incomplete_details: _Incomplete | None = None
    error: object = None
    usage: Annotated[Counts | None, WrapValidator(none_if_malformed)] = None

    def content(self) -> list[_Content]:
        """The parts of all messages to the user."""
        messages = [item for item in self.output if isinstance(item, _Message) and item.is_answer]
        return [part for message in messages for part in message.content or ()]


class _Event(Part):
    """Any of the events; each has the fields that are read of it."""

    type: str
    output_index: int = -1
    delta: object = None
    item: Annotated[_Message | None, WrapValidator(none_if_malformed)] = None
    error: object = None
    code: object = None
    message: object = None
    param: object = None


class _End(Part):
    response: _Response


class _Failed(Part):
    error: object = None


class _Failure(Part):
    response: _Failed


def read(reply: bytes) -> ParsedReply:
    """A reply that came at once."""
    return _reading(_Response.parse(reply))


class ResponseStream(Stream):
    """A reply in events, of which the last has all of it once more: a piece that was lost or doubled costs nothing."""

    max_event_bytes: ClassVar[int] = 8 * 2**20  # the last event has every token with its alternatives

    def __init__(self) -> None:
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._refusal_size = 0
        self._remarks: set[int] = set()  # items that are no part of the answer
        self._reading: ParsedReply | None = None

    def add(self, data: bytes) -> str:
        """Take in an event; those of other types are passed over."""
        if data.strip() == _END:
            if not self.whole:
                raise Unusable("the stream ended without a status")
            return ""
        event = _Event.parse(data)
        match event.type:
            case "error":
                told = {"code": event.code, "message": event.message, "param": event.param}
                raise ErrorReply(event.error or told)
            case "response.failed":
                raise ErrorReply(_Failure.parse(data).response.error or "no reason was given")
            case "response.output_item.added":
                if event.item and not event.item.is_answer:
                    self._remarks.add(event.output_index)
            case "response.output_text.delta" if event.output_index not in self._remarks:
                return self._piece(event.delta, self._text)
            case "response.refusal.delta":
                self._refusal_size = checked_size(self._refusal_size + len(self._piece(event.delta, self._refusal)))
            case "response.completed" | "response.incomplete":
                self._end(_End.parse(data).response, event.type.removeprefix("response."))
        return ""

    def reading(self) -> ParsedReply:
        """The last event; and the pieces where that has no text."""
        if self._reading is None:
            raise Unusable("the stream ended in the middle of the reply")
        return self._reading

    def _piece(self, delta: object, pieces: list[str]) -> str:
        if not isinstance(delta, str):
            raise Unusable("a piece of the text that is not text")
        if self.whole and delta:
            raise Unusable("text after the end of the reply")
        pieces.append(delta)
        return delta

    def _end(self, response: _Response, status: str) -> None:
        self._reading = _reading(response, status, "".join(self._text), "".join(self._refusal))
        self.whole = True


def _reading(response: _Response, ended: str | None = None, heard: str = "", refused: str = "") -> ParsedReply:
    """The reply; `heard` and `refused` count where it comes without any content, as some servers end a stream."""
    if response.error:
        raise ErrorReply(response.error)
    status, why = response.status or ended, response.incomplete_details
    if status in _UNFINISHED:
        raise Unusable(f"it is {status!r}")
    usage = response.usage.ours() if response.usage else Usage(calls=1, unmetered=1)
    reason = finish_reason(why.reason if status == "incomplete" and why else status)
    content = response.content()
    text = "".join(part.text or "" for part in content if part.type == "output_text")
    refusal = "".join(part.refusal or "" for part in content if part.type == "refusal")
    if not content:
        text, refusal = heard, refused
    if refusal:
        return ParsedReply(refusal, "refusal", usage)
    return ParsedReply(text, reason, usage, tokens=_tokens(content))


def _tokens(content: list[_Content]) -> tuple[Token, ...]:
    return tuple(likely.ours() for part in content for likely in part.logprobs or ())
