"""How the Messages API answers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WrapValidator

from promptkit.providers.hosted.finish_reasons import finish_reason
from promptkit.providers.hosted.replies import (
    Count,
    ErrorReply,
    ParsedReply,
    Part,
    Stream,
    Unusable,
    none_if_malformed,
)
from promptkit.types import Usage


class _Block(Part):
    type: str
    text: str | None = None


class _OutputDetails(Part):
    thinking_tokens: Count | None = None


class _Usage(Part):
    input_tokens: Count
    output_tokens: Count
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    output_tokens_details: _OutputDetails | None = None

    def ours(self) -> Usage:
        read, written = self.cache_read_input_tokens or 0, self.cache_creation_input_tokens or 0
        return Usage(
            calls=1,
            input_tokens=self.input_tokens + read + written,  # theirs leaves out what touched the cache
            cached_tokens=read,
            output_tokens=self.output_tokens,
            reasoning_tokens=(self.output_tokens_details and self.output_tokens_details.thinking_tokens) or 0,
        )


class _Reply(Part):
    content: list[_Block] = Field(max_length=10_000)
    stop_reason: str | None = None
    usage: Annotated[_Usage | None, WrapValidator(none_if_malformed)] = None


class _Start(Part):
    usage: Annotated[dict[str, Any] | None, WrapValidator(none_if_malformed)] = None


class _Delta(Part):
    type: str = ""
    text: str | None = None
    stop_reason: str | None = None


class _Event(Part):
    """Any of the events; each has the fields that are read of it."""

    type: str
    index: int = -1
    message: _Start | None = None
    content_block: _Block | None = None
    delta: _Delta | None = None
    usage: Annotated[dict[str, Any] | None, WrapValidator(none_if_malformed)] = None
    error: object = None


def read(reply: bytes) -> ParsedReply:
    """A reply that came at once."""
    return _reading(_Reply.parse(reply))


class MessageStream(Stream):
    """A reply in events. Its blocks are numbered: each must begin, go on and end in order, before the message does.

    The pieces of a block have no numbers: one that is lost, doubled or swapped with another can't be recognised.
    """

    def __init__(self) -> None:
        self._started = False
        self._blocks: list[tuple[str, list[str]]] = []  # the type of each, and its text in pieces
        self._open: set[int] = set()
        self._stop_reason: str | None = None
        self._usage: dict[str, Any] = {}
        self._counted = False

    def add(self, data: bytes) -> str:
        """Take in an event; those of other types are passed over."""
        event = _Event.parse(data)
        match event.type:
            case "error":
                raise ErrorReply(event.error)
            case "message_start":
                self._expect(event, not self._started)
                self._started = True
                self._count(event.message.usage if event.message else None)
            case "content_block_start":
                self._expect(event, self._started and not self.whole and event.index == len(self._blocks))
                return self._begin(event.index, event.content_block)
            case "content_block_delta":
                self._expect(event, event.index in self._open)
                return self._go_on(event.index, (event.delta and event.delta.text) or "")
            case "content_block_stop":
                self._expect(event, event.index in self._open)
                self._open.discard(event.index)
            case "message_delta":
                self._expect(event, self._started and not self._open)
                self._counted = self._count(event.usage) or self._counted
                if event.delta and event.delta.stop_reason:
                    self._stop_reason, self.whole = event.delta.stop_reason, True
            case "message_stop":
                self._expect(event, self._started and not self._open)
                if not self.whole:
                    raise Unusable("the stream ended without a stop reason")
        return ""

    def reading(self) -> ParsedReply:
        """The blocks together."""
        content = [_Block(type=kind, text="".join(pieces)) for kind, pieces in self._blocks]
        usage = self._usage if self._counted else None
        return _reading(_Reply.model_validate({"content": content, "stop_reason": self._stop_reason, "usage": usage}))

    def _begin(self, index: int, block: _Block | None) -> str:
        if block is None:
            raise Unusable("a block start without a block")
        self._blocks.append((block.type, []))
        self._open.add(index)
        return self._go_on(index, block.text or "")

    def _go_on(self, index: int, text: str) -> str:
        kind, pieces = self._blocks[index]
        if kind != "text":
            return ""
        pieces.append(text)
        return text

    def _count(self, usage: dict[str, Any] | None) -> bool:
        """Take in token counts: those at the start are of the prompt, and later ones are totals."""
        self._usage |= {name: count for name, count in (usage or {}).items() if count is not None}
        return bool(usage)

    @staticmethod
    def _expect(event: _Event, in_order: bool) -> None:
        if not in_order:
            raise Unusable(f"{event.type} out of order")


def _reading(reply: _Reply) -> ParsedReply:
    text = "".join(block.text or "" for block in reply.content if block.type == "text")  # and no thinking
    usage = reply.usage.ours() if reply.usage else Usage(calls=1, unmetered=1)
    return ParsedReply(text, finish_reason(reply.stop_reason), usage)
