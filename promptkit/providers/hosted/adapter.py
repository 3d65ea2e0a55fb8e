"""What the adapters of the two SDKs share: the key, a client for each event loop, the deadline, errors as ours."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, ClassVar

from pydantic import ValidationError

from promptkit.arguments import require_type
from promptkit.backend import Closing
from promptkit.errors import AuthenticationError, BackendError, InvalidRequest, TimedOut, UsageError
from promptkit.loops import in_thread
from promptkit.per_loop import PerLoop
from promptkit.providers.hosted.address import Address
from promptkit.providers.hosted.errors import Access, held_back, translated
from promptkit.providers.hosted.quotas import quotas
from promptkit.providers.hosted.replies import Broken, ErrorReply, ParsedReply, Silent, Stream, Unusable, read_stream
from promptkit.providers.hosted.transport import Client, HostedTransport, Json, close, read_body, read_pieces
from promptkit.streaming import DeltaStream, delta_stream
from promptkit.types import Completion, Prompt

if TYPE_CHECKING:
    import httpx2

TIMEOUT_SECONDS = 600.0  # as both SDKs: a long answer of a reasoning model takes minutes
IDLE_SECONDS = 180.0  # providers send signs of life far more often; a model may think for a minute or two
CONNECT_SECONDS = 10.0
_importing = threading.Lock()  # two threads that import the same package at once may see a half of it


class Hosted(Closing, ABC):
    """A model asked over HTTP through an SDK, without retries: those are `Retry`'s, or attempts would multiply.

    Attributes:
        name: `provider/name`.
        endpoint: the base URL, without credentials and without what looks like one in its query.
        chat: true; these APIs take conversations.
    """

    _path: ClassVar[str]  # of a request, below the base URL

    def __init__(
        self,
        name: str,
        *,
        provider: str,
        base_url: str,
        key: str,
        key_name: str,
        no_key: str,
        unsent_headers: Container[str],
        timeout_seconds: float,
        idle_seconds: float,
    ) -> None:
        for option, text in (("name", name), ("provider", provider), ("api_key", key)):
            require_type(option, text, "a text")
        for option, seconds in (("timeout_seconds", timeout_seconds), ("idle_seconds", idle_seconds)):
            require_type(option, seconds, "a number")
            if not seconds > 0:
                raise UsageError(f"{option} must be positive, got {seconds:g}")
        self.name = f"{provider}/{name}"
        self._name = name
        self._address = Address.parse(base_url, self.name)
        self.endpoint = self._address.endpoint
        self.chat = True
        self._timeout_seconds, self._idle_seconds = timeout_seconds, idle_seconds
        self._access = Access(self.name, self.endpoint, key.strip(), key_name)
        self._no_key, self._unsent_headers = no_key, unsent_headers
        self._transports = PerLoop(self._connect, HostedTransport.aclose, HostedTransport.drop)
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
        """Close the connections, those of other event loops too. Asking again raises `UsageError`.

        Calls in flight fail.
        """
        self._closed = True
        await self._transports.aclose()

    def _check(self) -> None:
        # Not at construction: a model answered from a record needs an identity, and no key.
        key, key_name = self._access.key, self._access.key_name
        if self._closed:
            raise UsageError(f"{self.name} is closed; make a new one")
        if not key:
            raise AuthenticationError(self._no_key, model=self.name)
        if self._address.has_password:
            raise UsageError(f"the base URL of {self.name} has a password, which can't be sent beside a key; remove it")
        if not (key.isascii() and key.isprintable()):
            message = f"{key_name} has a character that can't be part of a key; copy the key again"
            raise AuthenticationError(message, model=self.name)

    async def _ask(self, prompt: Prompt, listened: DeltaStream | None) -> ParsedReply:
        body = self._encoded(prompt, streamed=listened is not None)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                transport = self._transports.get_made() or await self._transports.get()
                reply = await transport.post(body, self._headers(prompt))
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

    async def _connect(self) -> HostedTransport:
        client, http = await in_thread(self._make_client_alone)
        return HostedTransport.to(self._path, self._address.query, client, http, self._unsent_headers)

    def _make_client_alone(self) -> tuple[Client, httpx2.AsyncClient]:
        with _importing:
            return self._make_client()

    @abstractmethod
    def _make_client(self) -> tuple[Client, httpx2.AsyncClient]:
        """The SDK's client, and what it speaks HTTP with. Called in a thread: it imports the SDK, which takes a second.

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
