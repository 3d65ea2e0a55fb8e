"""How a reply of a provider is read, whole or as a stream of server-sent events."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError, ValidatorFunctionWrapHandler

from promptkit.streaming import DeltaStream
from promptkit.types import FinishReason, Quota, Token, Usage

if TYPE_CHECKING:
    import httpx2

TAIL_SECONDS = 2.0  # how long a whole reply waits for what may come after it: token counts, the end mark


class Part(BaseModel):
    """A part of a reply that we read. The SDKs don't check what they are sent, so this does."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ParsedReply(NamedTuple):
    """What a reply says; `quotas` is in its headers."""

    text: str
    finish_reason: FinishReason
    usage: Usage
    quotas: tuple[Quota, ...] = ()
    tokens: tuple[Token, ...] = ()


class Unusable(Exception):
    """A reply that can't be used; the reason in our words."""


class ErrorEvent(Exception):
    """An error of the provider in the middle of a stream; `body` as it came, which may quote the key."""

    def __init__(self, body: object) -> None:
        super().__init__()
        self.body = body


def none_if_malformed(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """A validator for token counts: a reply is not thrown away because they are missing."""
    try:
        return validate(value)
    except ValidationError:
        return None


class Stream(ABC):
    """What has come of a streamed reply.

    Attributes:
        whole: whether the model said that it stopped: nothing of its text can be missing any more.
    """

    whole = False

    @abstractmethod
    def add(self, data: bytes) -> str:
        """Take in the data of the next event; the text it adds to the reply.

        Raises:
            Unusable: an event that can't come here.
            ErrorEvent: the provider's.
            ValidationError: an event that is none.
        """

    @abstractmethod
    def reading(self) -> ParsedReply:
        """The whole reply, as it would read had it come at once."""


async def read_stream(response: httpx2.Response, stream: Stream, deltas: DeltaStream) -> ParsedReply:
    """Read `response` to its end, and emit its text as it comes.

    A stream that breaks off is unusable before the reply is whole, and no loss afterwards.
    """
    from httpx2 import EventSource, RequestError

    response.encoding = "latin-1"  # a character a byte: what reads the JSON checks that it is UTF-8
    try:
        async with asyncio.timeout(None) as patience:
            async for event in EventSource(response):
                if event.data:
                    deltas.emit(stream.add(event.data.encode("latin-1")))
                if stream.whole and patience.when() is None:
                    patience.reschedule(asyncio.get_running_loop().time() + TAIL_SECONDS)
    except (TimeoutError, RequestError):
        if not stream.whole:
            raise
    if not stream.whole:
        raise Unusable("the stream ended in the middle of the reply")
    reading = stream.reading()
    deltas.reconcile(reading.text)
    return reading
