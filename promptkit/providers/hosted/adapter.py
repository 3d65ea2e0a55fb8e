"""What the adapters of the two SDKs share: the key, a client for each event loop, the deadline, errors as ours."""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError

from promptkit.errors import AuthenticationError, BackendError, InvalidRequest, TimedOut, UsageError
from promptkit.per_loop import PerLoop
from promptkit.providers.hosted.errors import Access, held_back, translated
from promptkit.providers.hosted.quotas import quotas
from promptkit.providers.hosted.replies import Broken, ErrorReply, ParsedReply, Silent, Stream, Unusable, read_stream
from promptkit.providers.hosted.transport import HostedTransport, Json, close, read_body, read_pieces
from promptkit.streaming import DeltaStream, delta_stream
from promptkit.types import Completion, Prompt

if TYPE_CHECKING:
    import httpx2

TIMEOUT_SECONDS = 600.0  # as both SDKs: a long answer of a reasoning model takes minutes
IDLE_SECONDS = 180.0  # providers send signs of life far more often; a model may think for a minute or two
CONNECT_SECONDS = 10.0


class Hosted(ABC):
    """A model asked over HTTP through an SDK, without retries: those are `Retry`'s, or attempts would multiply.

    Attributes:
        name: `provider/name`.
        endpoint: the base URL, without credentials and query.
        chat: true; these APIs take conversations.
    """

    def __init__(
        self,
        name: str,
        *,
        provider: str,
        base_url: str,
        key: str,
        key_name: str,
        timeout_seconds: float,
        idle_seconds: float,
    ) -> None:
        for option, seconds in (("timeout_seconds", timeout_seconds), ("idle_seconds", idle_seconds)):
            if not seconds > 0:
                raise UsageError(f"{option} must be positive, got {seconds:g}")
        self.name = f"{provider}/{name}"
        self._name = name
        self._base_url = base_url.strip()
        self.endpoint = _endpoint(self._base_url, self.name)
        self.chat = True
        self._with_credentials = "@" in urlsplit(self._base_url).netloc
        self._timeout_seconds, self._idle_seconds = timeout_seconds, idle_seconds
        self._access = Access(self.name, self.endpoint, key.strip(), key_name)
        self._lines = PerLoop(self._connect)
        self._closed = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, endpoint={self.endpoint!r})"

    async def complete(self, prompt: Prompt | str) -> Completion:
        """Ask once (a text is one user turn), for a stream where someone listens (`promptkit.streaming`).

        Raises:
            BackendError: as the provider answered, or did not.
        """
        prompt = Prompt.parse(prompt)
        self._check()
        started = time.perf_counter()
        listened = delta_stream(self.name)
        try:
            reading = await self._ask(prompt, listened)
        except BaseException:
            if listened:
                listened.restart()
            raise
        if listened:
            listened.reconcile(reading.text)
        seconds = time.perf_counter() - started
        return Completion(prompt=prompt, by=self.name, seconds=seconds, **reading._asdict())

    async def aclose(self) -> None:
        """Close the connections of this loop. Asking again raises `UsageError`."""
        self._closed = True
        if line := self._lines.pop():
            await line.client.close()

    def _check(self) -> None:
        # Not at construction: a model answered from a record needs an identity, and no key.
        key, key_name = self._access.key, self._access.key_name
        if self._closed:
            raise UsageError(f"{self.name} is closed; make a new one")
        if not key:
            message = f"{key_name} is not set; export it, or ask the model nano, which needs no key"
            raise AuthenticationError(message, model=self.name)
        if self._with_credentials:
            raise UsageError(f"the base URL of {self.name} has a password, which can't be sent beside a key; remove it")
        if not (key.isascii() and key.isprintable()):
            message = f"{key_name} has a character that can't be part of a key; copy the key again"
            raise AuthenticationError(message, model=self.name)

    async def _ask(self, prompt: Prompt, listened: DeltaStream | None) -> ParsedReply:
        body = self._encoded(prompt, streamed=listened is not None)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                reply = await self._lines.get().post(body, self._headers(prompt))
                return (await self._receive(reply, listened))._replace(quotas=quotas(reply.headers.raw))
        except TimeoutError:
            message = f"{self.name} did not answer within {self._timeout_seconds:g} s; raise timeout_seconds"
            failure: BackendError = TimedOut(message, model=self.name)
        except (Broken, Silent, ErrorReply, Unusable, ValidationError) as error:
            if refusal := held_back(error, self._access):
                return refusal
            failure = translated(error, self._access)
        raise failure  # here, where it has no context: that may quote the key

    async def _receive(self, reply: httpx2.Response, listened: DeltaStream | None) -> ParsedReply:
        try:
            if listened is None:
                return self._read(await read_body(reply))
            if "text/event-stream" in reply.headers.get("content-type", "").lower():
                return await read_stream(read_pieces(reply, self._idle_seconds), self._stream(), listened)
            return self._read(await read_body(reply))  # asked for a stream, and sent none
        except ErrorReply as error:
            error.headers = reply.headers
            raise
        finally:
            await close(reply)

    def _encoded(self, prompt: Prompt, *, streamed: bool) -> bytes:
        body = self._body(prompt, streamed=streamed)
        try:
            return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        except UnicodeEncodeError as error:
            half = ascii(error.object[error.start])
            fault = f"it has half a character, {half} (an unpaired surrogate); replace it"
        except ValueError:
            fault = f"its temperature, {prompt.temperature}, is not a finite number"
        raise InvalidRequest(f"the prompt can't be sent to {self.name}: {fault}", model=self.name)

    @abstractmethod
    def _connect(self) -> HostedTransport:
        """A line through the SDK, which is imported when first needed.

        Without retries, and without a deadline but that for connecting, as ours is for all.
        """

    @abstractmethod
    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        """Our prompt as their request."""

    def _headers(self, _: Prompt) -> Mapping[str, str]:
        """The headers of a prompt's request, beside those of all requests."""
        return {}

    @abstractmethod
    def _read(self, reply: bytes) -> ParsedReply:
        """Their reply in our terms. A `ValidationError` is reported as an unusable reply."""

    @abstractmethod
    def _stream(self) -> Stream:
        """What reads their streams."""


def _endpoint(base_url: str, model: str) -> str:
    try:
        parts = urlsplit(base_url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        usable = complete and base_url.isascii() and base_url.isprintable()
    except ValueError:  # a port that is not a number, a broken IPv6 address
        usable = False
    if not usable:  # not quoted: it may hold a password
        raise UsageError(f"the base URL of {model} is not an address; give one such as http://localhost:8000/v1")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
