"""How the Chat Completions API answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, WrapValidator

from promptkit.providers.hosted.replies import ErrorEvent, ParsedReply, Part, Stream, Unusable, none_if_malformed
from promptkit.types import FinishReason, Token, Usage

_FINISH: Mapping[str | None, FinishReason] = {"stop": "stop", "length": "length", "content_filter": "refusal"}
_END = b"[DONE]"


class _Message(Part):
    content: str | None = None
    refusal: str | None = None


class _Likely(Part):
    token: str
    logprob: float
    top_logprobs: tuple[_Likely, ...] = ()

    def ours(self) -> Token:
        alternatives = tuple(likely.ours() for likely in self.top_logprobs)
        return Token(text=self.token, logprob=self.logprob, alternatives=alternatives)


class _Logprobs(Part):
    content: tuple[_Likely, ...] | None = None


class _Told(Part):
    logprobs: Annotated[_Logprobs | None, WrapValidator(none_if_malformed)] = None

    def tokens(self) -> tuple[Token, ...]:
        return tuple(likely.ours() for likely in (self.logprobs and self.logprobs.content) or ())


class _Choice(_Told):
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


class _Piece(_Told):
    index: int = 0
    delta: _Message | None = None
    finish_reason: str | None = None


class _Chunk(Part):
    choices: list[_Piece] | None = None  # none with the token counts, which come last
    usage: Annotated[_Usage | None, WrapValidator(none_if_malformed)] = None
    error: object = None


def read(reply: bytes) -> ParsedReply:
    """A reply that came at once."""
    whole = _Reply.model_validate_json(reply)
    choice = whole.choices[0]
    return _reading(choice.message, choice.finish_reason, whole.usage, choice.tokens())


class ChatStream(Stream):
    """A reply in chunks. They have no numbers: one that is lost, doubled or swapped before the last can't be told."""

    def __init__(self) -> None:
        self._content: list[str | None] = []
        self._refusal: list[str | None] = []
        self._tokens: list[Token] = []
        self._finish_reason: str | None = None
        self._usage: _Usage | None = None

    def add(self, data: bytes) -> str:
        """Take in a chunk, or the end mark."""
        if data.strip() == _END:
            self.whole = True
            return ""
        chunk = _Chunk.model_validate_json(data)
        if chunk.error:
            raise ErrorEvent(chunk.error)
        self._usage = chunk.usage or self._usage
        return "".join(self._piece(piece) for piece in chunk.choices or ())

    def _piece(self, piece: _Piece) -> str:
        content, refusal = (piece.delta.content, piece.delta.refusal) if piece.delta else (None, None)
        if piece.index:
            raise Unusable("a second choice, though one was asked for")
        if self.whole and (content or refusal):
            raise Unusable("text after the end of the reply")
        self._content.append(content)
        self._refusal.append(refusal)
        self._tokens += piece.tokens()
        self._finish_reason = piece.finish_reason or self._finish_reason
        self.whole = self.whole or bool(piece.finish_reason)
        return content or ""

    def reading(self) -> ParsedReply:
        """The chunks together."""
        message = _Message(content=_joined(self._content), refusal=_joined(self._refusal))
        return _reading(message, self._finish_reason, self._usage, tuple(self._tokens))


def _reading(
    message: _Message, finish_reason: str | None, counted: _Usage | None, tokens: tuple[Token, ...]
) -> ParsedReply:
    usage = counted.ours() if counted else Usage(calls=1, unmetered=1)
    if message.refusal:
        return ParsedReply(message.refusal, "refusal", usage)
    why = _FINISH.get(finish_reason, "unknown")
    if message.content is None and why not in {"length", "refusal"}:  # those may stop before any text
        raise Unusable("a message without content")
    return ParsedReply(message.content or "", why, usage, tokens=tokens)


def _joined(pieces: list[str | None]) -> str | None:
    texts = [piece for piece in pieces if piece is not None]
    return "".join(texts) if texts else None
