"""How a reply of a provider is read, whole or as a stream of server-sent events."""

from __future__ import annotations

import asyncio
import json
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidatorFunctionWrapHandler

from promptkit.streaming import DeltaStream
from promptkit.types import FinishReason, Quota, Token, Usage

if TYPE_CHECKING:
    import httpx2

# A reply of 128,000 tokens has less than 1 MB; one of 8,000 tokens with 20 alternatives each has 16.
MAX_REPLY_BYTES = 16 * 2**20
MAX_MENDED_BYTES = 2**20  # an object in Python takes many times the bytes of its JSON
TAIL_SECONDS = 2.0  # how long a whole reply waits for what may come after it: token counts, the end mark


Count = Annotated[int, Field(ge=0, lt=2**50)]  # of tokens; sums of larger ones have no place in a record
_SURROGATES = re.compile("[\ud800-\udfff]")


class Part(BaseModel):
    """A part of a reply that we read. The SDKs don't check what they are sent, so this does."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read JSON. Half a character in it (of a reply that was cut inside an emoji, say) becomes U+FFFD.

        Raises:
            ErrorReply: an error instead.
            ValidationError: neither.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            if len(data) > MAX_MENDED_BYTES:
                raise
            try:
                value = json.loads(data)
                if (reported := _reported(value)) is not None:
                    raise ErrorReply(reported)
                text = json.dumps(value, ensure_ascii=False)
            except (ValueError, RecursionError):
                raise error from None
            if not _SURROGATES.search(text):
                raise
            return cls.model_validate_json(_SURROGATES.sub("\ufffd", text))


def _reported(value: object) -> object:
    """The error that a body is, which was sent as if it were a reply; or `None`."""
    first = value[0] if isinstance(value, list) and value else value
    if not isinstance(first, dict):
        return None
    return first.get("error") or (first if first.get("object") == "error" else None)


class ParsedReply(NamedTuple):
    """The parts of a reply that we use; `quotas` is in its headers."""

    text: str
    finish_reason: FinishReason
    usage: Usage
    quotas: tuple[Quota, ...] = ()
    tokens: tuple[Token, ...] = ()


class Unusable(Exception):
    """A reply that can't be used; the reason in our words."""

    def __init__(self, reason: str, *, status: int = 200) -> None:
        super().__init__(reason)
        self.status = status


class Broken(Exception):
    """No reply, or none to its end; the cause is what the HTTP library raised."""


class Silent(Exception):
    """Nothing came for `idle_seconds` in the middle of a reply."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class ErrorReply(Exception):
    """An error of the provider, as the status of a reply, in the place of one, or in the middle of one.

    Attributes:
        body: as it came; it may quote the key.
        status: of HTTP, unless that is one of success.
        headers: of the reply, where they are known.
    """

    def __init__(self, body: object, *, status: int | None = None, headers: httpx2.Headers | None = None) -> None:
        super().__init__()
        self.body, self.status, self.headers = body, status, headers


def none_if_malformed(value: object, validate: ValidatorFunctionWrapHandler) -> object:
    """A validator for token counts: a reply is not thrown away because they are missing."""
    try:
        return validate(value)
    except ValidationError:
        return None


class Stream(ABC):
    """What has come of a streamed reply.

    Attributes:
        whole: whether the model has reported that it stopped: nothing of its text can be missing any more.
        max_event_bytes: the most that an event may have.
    """

    max_event_bytes: ClassVar[int] = 2**20
    whole = False

    @abstractmethod
    def add(self, data: bytes) -> str:
        """Take in the data of the next event; the text it adds to the reply.

        Raises:
            Unusable: an event that can't come here.
            ErrorReply: the provider's.
            ValidationError: an event of another shape.
        """

    @abstractmethod
    def reading(self) -> ParsedReply:
        """The whole reply, as it would read had it come at once."""


def checked_size(size: int, limit: int = MAX_REPLY_BYTES) -> int:
    """`size`, or `Unusable` where it is more than that of any reply."""
    if size > limit:
        raise Unusable(f"more than {limit // 2**20} MB")
    return size


async def read_stream(pieces: AsyncIterator[bytes], stream: Stream, deltas: DeltaStream) -> ParsedReply:
    """Read a body to its end, and emit its text as it comes.

    A stream that breaks off is unusable before the reply is whole, and no loss afterwards.
    """
    from httpx2 import EventSource, Request, Response, SSEError

    # latin-1 is a character a byte: what reads the JSON checks that it is UTF-8
    headers = {"content-type": "text/event-stream; charset=latin-1"}
    response = Response(200, headers=headers, content=pieces, request=Request("POST", "http://of.no.matter"))
    size = 0
    try:
        async with asyncio.timeout(None) as patience:
            async for event in EventSource(response, stream.max_event_bytes):
                if event.data:
                    text = stream.add(event.data.encode("latin-1"))
                    size = checked_size(size + len(text))
                    deltas.emit(text)
                    if not stream.whole:
                        await deltas.drain()
                if stream.whole and patience.when() is None:
                    patience.reschedule(asyncio.get_running_loop().time() + TAIL_SECONDS)
    except SSEError:
        raise Unusable(f"an event of more than {stream.max_event_bytes // 2**20} MB") from None
    except (TimeoutError, Broken, Silent):
        if not stream.whole:
            raise
    if not stream.whole:
        raise Unusable("the stream ended in the middle of the reply")
    return stream.reading()
