"""How the Chat Completions API answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, WrapValidator

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

_END = b"[DONE]"


class _Block(Part):
    type: str = ""
    text: str = ""


class _Message(Part):
    content: str | tuple[_Block, ...] | None = None  # blocks: Mistral's, of thinking and text
    refusal: str | None = None

    def text(self) -> str:
        """What was written to the user. Null content (of a reply that is all reasoning, or calls of tools) is none."""
        if isinstance(self.content, tuple):
            return "".join(block.text for block in self.content if block.type == "text")
        return self.content or ""


class _Logprobs(Part):
    content: tuple[Likely, ...] | None = None


class _Told(Part):
    finish_reason: str | None = None
    error: object = None  # OpenRouter's, with the finish reason `error`
    logprobs: Annotated[_Logprobs | None, WrapValidator(none_if_malformed)] = None

    def tokens(self) -> tuple[Token, ...]:
        return tuple(likely.ours() for likely in (self.logprobs and self.logprobs.content) or ())

    def check(self) -> None:
        """Raise what is reported instead of a reply."""
        if self.error:
            raise ErrorReply(self.error)


class _Choice(_Told):
    message: _Message


class _Reply(Part):
    choices: list[_Choice] = Field(min_length=1, max_length=128)  # one was asked for
    usage: Annotated[Counts | None, WrapValidator(none_if_malformed)] = None


class _Piece(_Told):
    index: int = 0
    delta: _Message | None = None


class _Chunk(Part):
    choices: Annotated[list[_Piece], Field(max_length=128)] | None = None  # none with the token counts, which come last
    usage: Annotated[Counts | None, WrapValidator(none_if_malformed)] = None
    error: object = None


def read(reply: bytes) -> ParsedReply:
    """A reply that came at once."""
    whole = _Reply.parse(reply)
    choice = whole.choices[0]
    choice.check()
    return _reading(choice.message.text(), choice.message.refusal, choice.finish_reason, whole.usage, choice.tokens())


class ChatStream(Stream):
    """A reply in chunks. They have no numbers: one lost, doubled or swapped before the last can't be recognised.

    With `unexplained`, a reply without a finish reason is whole when the end mark comes.
    """

    def __init__(self, *, unexplained: bool = False) -> None:
        self._unexplained = unexplained
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._tokens: list[Token] = []
        self._unheard_bytes = 0
        self._finish_reason: str | None = None
        self._usage: Counts | None = None

    def add(self, data: bytes) -> str:
        """Take in a chunk, or the end mark."""
        if data.strip() == _END:
            if not (self.whole or self._unexplained):
                raise Unusable("the stream ended without a finish reason")
            self.whole = True
            return ""
        chunk = _Chunk.parse(data)
        if chunk.error:
            raise ErrorReply(chunk.error)
        self._usage = chunk.usage or self._usage
        if any(piece.logprobs or (piece.delta and piece.delta.refusal) for piece in chunk.choices or ()):
            self._unheard_bytes = checked_size(self._unheard_bytes + len(data))
        return "".join([self._piece(piece) for piece in chunk.choices or ()])

    def _piece(self, piece: _Piece) -> str:
        piece.check()
        text, refusal = (piece.delta.text(), piece.delta.refusal) if piece.delta else ("", None)
        if piece.index:
            raise Unusable("a second choice, though one was asked for")
        if self.whole and (text or refusal):
            raise Unusable("text after the end of the reply")
        self._text.append(text)
        self._refusal.append(refusal or "")
        self._tokens += piece.tokens()
        self._finish_reason = piece.finish_reason or self._finish_reason
        self.whole = self.whole or bool(piece.finish_reason)
        return text

    def reading(self) -> ParsedReply:
        """The chunks together."""
        text, refusal = "".join(self._text), "".join(self._refusal)
        return _reading(text, refusal, self._finish_reason, self._usage, tuple(self._tokens))


def _reading(
    text: str, refusal: str | None, reason: str | None, counted: Counts | None, tokens: tuple[Token, ...]
) -> ParsedReply:
    usage = counted.ours() if counted else Usage(calls=1, unmetered=1)
    if refusal:
        return ParsedReply(refusal, "refusal", usage)
    return ParsedReply(text, finish_reason(reason), usage, tokens=tokens)
