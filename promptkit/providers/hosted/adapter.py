"""What the adapters of the two SDKs share: the key, a client for each event loop, the deadline, errors as ours."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import ValidationError

from promptkit.errors import AuthenticationError, BackendError, TimedOut, UsageError
from promptkit.per_loop import PerLoop
from promptkit.providers.hosted.errors import Access, translated
from promptkit.providers.hosted.quotas import quotas
from promptkit.providers.hosted.replies import ErrorEvent, ParsedReply, Stream, Unusable, read_stream
from promptkit.providers.hosted.transport import HostedTransport, Json
from promptkit.streaming import DeltaStream, delta_stream
from promptkit.types import Completion, Prompt

if TYPE_CHECKING:
    import httpx2

TIMEOUT_SECONDS = 600.0  # as both SDKs: a long answer of a reasoning model takes minutes
CONNECT_SECONDS = 10.0


class Hosted(ABC):
    """A model asked over HTTP through an SDK, without retries: those are `Retry`'s, or attempts would multiply.

    Attributes:
        name: `provider/name`.
        endpoint: the base URL, without credentials and query.
    """

    def __init__(
        self, name: str, *, provider: str, base_url: str, key: str, key_name: str, timeout_seconds: float
    ) -> None:
        if timeout_seconds <= 0:
            raise UsageError(f"a time-out of {timeout_seconds:g} s lets nothing be answered; give more than 0")
        self.name = f"{provider}/{name}"
        self._name = name
        self._base_url = base_url.strip()
        self.endpoint = _endpoint(self._base_url, self.name)
        self._with_credentials = "@" in urlsplit(self._base_url).netloc
        self._timeout_seconds = timeout_seconds
        self._access = Access(self.name, self.endpoint, key.strip(), key_name)
        self._lines = PerLoop(self._connect)
        self._closed = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, endpoint={self.endpoint!r})"

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask once, for a stream where someone listens (`promptkit.streaming`).

        Raises:
            BackendError: as the provider answered, or did not.
        """
        self._check()
        started = time.perf_counter()
        listened = delta_stream(self.name)
        try:
            reading = await self._ask(prompt, listened)
        except BaseException:
            if listened:
                listened.restart()
            raise
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
            message = f"{key_name} is not set; export it, or use --model nano, which needs no key"
            raise AuthenticationError(message, model=self.name)
        if self._with_credentials:
            raise UsageError(f"the base URL of {self.name} has a password, which can't be sent beside a key; remove it")
        if not (key.isascii() and key.isprintable()):
            message = f"{key_name} has a character that can't be part of a key; copy the key again"
            raise AuthenticationError(message, model=self.name)

    async def _ask(self, prompt: Prompt, listened: DeltaStream | None) -> ParsedReply:
        line, streamed = self._lines.get(), listened is not None
        try:
            async with asyncio.timeout(self._timeout_seconds):
                reply = await line.post(self._body(prompt, streamed=streamed), self._headers(prompt), streamed=streamed)
                reading = await self._hear(reply, listened) if listened else self._read(reply.content)
            return reading._replace(quotas=quotas(reply.headers.raw))
        except TimeoutError:
            message = f"{self.name} did not answer within {self._timeout_seconds:g} s; raise timeout_seconds"
            failure: BackendError = TimedOut(message, model=self.name)
        except (line.errors.root, line.errors.transport, Unusable, ErrorEvent, ValidationError) as error:
            failure = translated(error, line.errors, self._access)
        raise failure  # here, where it has no context: the SDK's error may quote the key

    async def _hear(self, reply: httpx2.Response, listened: DeltaStream) -> ParsedReply:
        try:
            if "text/event-stream" in reply.headers.get("content-type", ""):
                return await read_stream(reply, self._stream(), listened)
            reading = self._read(await reply.aread())  # asked for a stream, and sent none
        finally:
            await reply.aclose()
        listened.reconcile(reading.text)
        return reading

    @abstractmethod
    def _connect(self) -> HostedTransport:
        """A line through the SDK, which is imported when first needed.

        Without retries, and without a deadline but that for connecting, as ours is for all.
        """

    @abstractmethod
    def _body(self, prompt: Prompt, *, streamed: bool) -> Json:
        """Our prompt as their request."""

    def _headers(self, _: Prompt) -> Mapping[str, str]:
        """What the request of a prompt says beside what all requests say."""
        return {}

    @abstractmethod
    def _read(self, reply: bytes) -> ParsedReply:
        """Their reply in our terms. A `ValidationError` is told as an unusable reply."""

    @abstractmethod
    def _stream(self) -> Stream:
        """What reads their streams."""


def _endpoint(base_url: str, model: str) -> str:
    try:
        parts = urlsplit(base_url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        usable = complete and base_url.isascii() and base_url.isprintable()
    except ValueError:  # a port that is no number, a broken IPv6 address
        usable = False
    if not usable:  # not quoted: it may hold a password
        raise UsageError(f"the base URL of {model} is no address; give one such as http://localhost:8000/v1")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
