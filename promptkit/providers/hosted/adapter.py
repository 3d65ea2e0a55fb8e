"""What the adapters of the two SDKs share: the key, a client for each event loop, the deadline, errors as ours."""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

from pydantic import ValidationError

from promptkit.arguments import require_methods, require_type
from promptkit.backend import Closing
from promptkit.errors import AuthenticationError, BackendError, InvalidRequest, TimedOut, UsageError
from promptkit.loops import in_thread
from promptkit.per_loop import PerLoop
from promptkit.providers.hosted import aws_events, images
from promptkit.providers.hosted.address import Address
from promptkit.providers.hosted.error_bodies import ErrorBody
from promptkit.providers.hosted.errors import Access, held_back, translated
from promptkit.providers.hosted.facts import facts
from promptkit.providers.hosted.given_client import secrets_of
from promptkit.providers.hosted.own_headers import checked_headers, digest, secrets
from promptkit.providers.hosted.quotas import quotas
from promptkit.providers.hosted.refusals import Refusals
from promptkit.providers.hosted.replies import Broken, ErrorReply, ParsedReply, Silent, Stream, Unusable, read_stream
from promptkit.providers.hosted.request_body import checked_extra, encoded, merged
from promptkit.providers.hosted.transport import (
    Client,
    HostedTransport,
    Json,
    SdkTransport,
    Transport,
    as_json_or_text,
    close,
    read_body,
    read_pieces,
)
from promptkit.providers.model_options import with_options
from promptkit.streaming import DeltaStream, delta_stream
from promptkit.tracing import calling
from promptkit.types import Completion, Level, Prompt

if TYPE_CHECKING:
    import httpx2

    from promptkit.batch_api import BatchApi

TIMEOUT_SECONDS = 600.0  # as both SDKs: a long answer of a reasoning model takes minutes
IDLE_SECONDS = 180.0  # providers send signs of life far more often; a model may think for a minute or two
CONNECT_SECONDS = 10.0
_UNUSABLE = (Broken, Silent, ErrorReply, Unusable, ValidationError)  # in place of a reply
_importing = threading.Lock()  # two threads that import the same package at once may see a half of it


class Hosted(Closing, ABC):
    """A model asked over HTTP through an SDK, without retries: those are `Retry`'s, or attempts would multiply.

    Attributes:
        name: `provider/name`, and behind `?` the fields of `extra`, as on the command line.
        endpoint: the base URL, without credentials and without what looks like one in its query; and a digest of
            `headers` that does not depend on those whose name speaks of a secret, so that a new key changes nothing.
        chat: true; these APIs take conversations.
        default_temperature: that of `extra`, if it has one.
        default_effort: how much the model reasons where a prompt leaves it open, as far as it is known.
        has_schema: whether a JSON schema is sent to it: true, unless the model is known to take none.
    """

    _path: ClassVar[str]  # of a request, below the base URL
    _set_by_us: ClassVar[frozenset[str]] = frozenset({"model", "messages", "stream"})  # fields that are no extra

    def __init__(
        self,
        name: str,
        *,
        provider: str,
        base_url: str,
        key: str,
        key_name: str,
        no_key: str,
        unsent_headers: Iterable[str],
        timeout_seconds: float,
        idle_seconds: float,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        client: object | None = None,
    ) -> None:
        for option, text in (("name", name), ("provider", provider), ("api_key", key)):
            require_type(option, text, "a text")
        if not name.strip():
            raise UsageError(f"the model of {provider} has no name; give it as the provider calls it")
        for option, seconds in (("timeout_seconds", timeout_seconds), ("idle_seconds", idle_seconds)):
            require_type(option, seconds, "a number")
            if not seconds > 0:
                raise UsageError(f"{option} must be positive, got {seconds:g}")
        for option, fields in (("extra", extra or {}), ("headers", headers or {})):
            require_methods(option, fields, ("items",), "a dict")
        self.name = f"{provider}/{name}"
        self._name = name
        self._address = Address.parse(base_url, self.name)
        self._extra, self._own_headers = (
            checked_extra(extra or {}, self.name, taken=self._set_by_us),
            checked_headers(headers or {}),
        )
        if self._extra:
            self.name = with_options(self.name, dict(sorted(self._extra.items())))
        address = self._address.endpoint
        self.endpoint = with_options(address, told) if (told := digest(self._own_headers)) else address
        self.chat = True
        temperature = self._extra.get("temperature")
        self.default_temperature = temperature if isinstance(temperature, (int, float)) else None
        self.facts, self._refusals = facts(provider, name), Refusals()
        self._timeout_seconds, self._idle_seconds = timeout_seconds, idle_seconds
        hidden = secrets(self._own_headers)
        self._client = client
        if client is not None:
            key, key_name = getattr(client, "api_key", ""), "what the client identifies itself with"
            hidden += secrets_of(client)
        self._access = Access(self.name, address, key.strip() if isinstance(key, str) else "", key_name, tuple(hidden))
        own = {header.lower() for header in self._own_headers}
        self._no_key, self._unsent_headers = no_key, frozenset(unsent_headers) - own
        connect = self._connect if client is None else self._through_client
        self._transports: PerLoop[Transport] = PerLoop(connect, _close, _drop)
        self._closed = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, endpoint={self.endpoint!r})"

    def complete(self, prompt: Prompt | str) -> Coroutine[Any, Any, Completion]:
        """Ask once (a text is one user turn), for a stream where someone listens (`promptkit.streaming`).

        Raises:
            BackendError: as the provider answered, or did not.
        """
        return calling(self, Prompt.parse(prompt), self._complete)

    async def _complete(self, prompt: Prompt) -> Completion:
        self.require_key()
        self._require_sendable(prompt)
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

    @property
    def default_effort(self) -> Level | None:
        """How much the model reasons where a prompt leaves it open; `None` where it is not known."""
        return self.facts.default_effort

    @property
    def has_schema(self) -> bool:
        """Whether a JSON schema is sent to the model: true, unless it is known to take none."""
        return self.facts.schema_ is not False

    def check(self, prompt: Prompt) -> None:
        """Nothing, if the model may take the parameters of `prompt`. Nothing is sent.

        What it refuses is known from the table of models (`models.toml`), and from what it refused before.

        Raises:
            InvalidRequest: it does not.
        """
        plain = prompt.temperature is None and prompt.effort is None
        if plain and prompt.logprobs is None and prompt.schema is None and not prompt.images:
            return
        if known := self.facts.refusal(prompt) or images.refusal(prompt):
            raise InvalidRequest(f"{self.name} {known}", model=self.name)
        self._refusals.check(prompt)

    def batch_api(self) -> BatchApi | None:
        """The provider's batch API for this model, where it has one; whoever asks for it closes it."""
        return None

    def batch_request(self, prompt: Prompt) -> bytes:
        """The request of `prompt`, as a line of a batch has it: JSON.

        Raises:
            InvalidRequest: the model would refuse it.
        """
        self._require_sendable(prompt)
        return self._body_as_json(prompt, streamed=False)

    def batch_reply(self, prompt: Prompt, status: int, body: bytes) -> Completion | None:
        """What a batch has as the reply to `prompt`, with its HTTP status; nothing when it is to be asked once more.

        Raises:
            BackendError: as of a live call.
        """
        try:
            if status >= HTTPStatus.BAD_REQUEST:
                raise ErrorReply(as_json_or_text(body), status=status)
            reading = self._read(body)
        except _UNUSABLE as error:
            refusal = held_back(error, self._access)
            if refusal is None:
                raise self._learnt(error, prompt) from None
            reading = refusal
        return Completion(prompt=prompt, by=self.name, **reading._asdict())

    async def batch_client(self) -> tuple[Any, dict[str, str], bool]:
        """The SDK's client for the batch API, the query of every request, and whether it is to be closed after use.

        Raises:
            AuthenticationError: there is no key.
        """
        self.require_key()
        if self._client is not None:
            return self._client, {}, False
        client, http = await in_thread(self._make_client_alone)
        http.follow_redirects = False  # or the key might go to another server
        return client, dict(parse_qsl(self._address.query)), True

    @property
    def unsent_headers(self) -> frozenset[str]:
        """The names, in lower case, of headers of the SDK's client that are not for this server."""
        return self._unsent_headers

    def as_ours(self, error: Exception) -> BackendError:
        """Our error for what the SDK raised, or for an `ErrorReply`. Don't chain the two."""
        if isinstance(error, TimeoutError):
            return TimedOut(f"{self.name} did not answer in time; try again", model=self.name)
        if isinstance(error, ErrorReply):
            return translated(error, self._access)
        if (refused := getattr(error, "response", None)) is not None and hasattr(error, "status_code"):
            body = as_json_or_text(refused.content)
            return translated(ErrorReply(body, status=refused.status_code, headers=refused.headers), self._access)
        broken = Broken()
        broken.__cause__ = error
        return translated(broken, self._access)

    def _require_sendable(self, prompt: Prompt) -> None:
        self.check(prompt)
        if lacking := images.unsendable(prompt):
            raise InvalidRequest(f"{self.name} {lacking}", model=self.name)

    async def aclose(self) -> None:
        """Close the connections, those of other event loops too. Asking again raises `UsageError`.

        Calls in flight fail.
        """
        self._closed = True
        await self._transports.aclose()

    def require_key(self) -> None:
        """Nothing, if there is a key that can be sent. Nothing is sent.

        Not at construction: a model that is answered from a record needs an identity, and no key.

        Raises:
            AuthenticationError: there is none, or it can't be one.
            UsageError: the model is closed, or its address has a password.
        """
        key, key_name = self._access.key, self._access.key_name
        if self._closed:
            raise UsageError(f"{self.name} is closed; make a new one")
        if self._client is not None:
            return  # it has its own way to identify itself
        if not key:
            raise AuthenticationError(self._no_key, model=self.name)
        if self._address.has_password:
            raise UsageError(f"the base URL of {self.name} has a password, which can't be sent beside a key; remove it")
        if not (key.isascii() and key.isprintable()):
            message = f"{key_name} has a character that can't be part of a key; copy the key again"
            raise AuthenticationError(message, model=self.name)

    async def _ask(self, prompt: Prompt, listened: DeltaStream | None) -> ParsedReply:
        body = self._body_as_json(prompt, streamed=listened is not None)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                transport = self._transports.get_made() or await self._transports.get()
                reply = await transport.post(body, self._headers(prompt))
                return (await self._receive(reply, listened))._replace(quotas=quotas(reply.headers.raw))
        except TimeoutError:
            message = f"{self.name} did not answer within {self._timeout_seconds:g} s; raise timeout_seconds"
            failure: BackendError = TimedOut(message, model=self.name)
        except _UNUSABLE as error:
            if refusal := held_back(error, self._access):
                return refusal
            failure = self._learnt(error, prompt)
        raise failure  # here, where it has no context: that may quote the key

    def _learnt(self, error: Exception, prompt: Prompt) -> BackendError:
        """Our error; what the model refuses is kept in mind."""
        failure = translated(error, self._access)
        if isinstance(error, ErrorReply):
            self._refusals.learn(failure, ErrorBody.of(error.body), prompt)
        return failure

    async def _receive(self, reply: httpx2.Response, listened: DeltaStream | None) -> ParsedReply:
        try:
            if listened is None:
                return self._read(await read_body(reply))
            pieces, kind = read_pieces(reply, self._idle_seconds), reply.headers.get("content-type", "").lower()
            if aws_events.CONTENT_TYPE in kind:
                pieces = aws_events.as_server_sent(pieces, self._client)
            elif "text/event-stream" not in kind:  # asked for a stream, and sent none
                return self._read(await read_body(reply))
            return await read_stream(pieces, self._stream(), listened)
        except ErrorReply as error:
            error.headers = reply.headers
            raise
        finally:
            await close(reply)

    def _body_as_json(self, prompt: Prompt, *, streamed: bool) -> bytes:
        body = self._body(prompt, streamed=streamed)
        return encoded(merged(self._extra, body) if self._extra else body, prompt, self.name)

    async def _through_client(self) -> Transport:
        return SdkTransport(self._client, self._path)

    async def _connect(self) -> Transport:
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


async def _close(transport: Transport) -> None:
    await transport.aclose()


def _drop(transport: Transport) -> None:
    transport.drop()
