"""An open line to a provider: an SDK's client with its connections, asked below the SDK's own request.

The SDK gives the address, the headers that identify the caller, and the HTTP client. What it does for each request
(merging options, and reading replies into types that check nothing) takes three times the CPU of sending it, so every
request here is the same one with another body, and replies are read here too: in bounded memory, and with whatever an
HTTP library raises on the bytes of a broken server as one exception.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Container, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from promptkit.providers.hosted.keep_alive import keep_alive
from promptkit.providers.hosted.replies import MAX_REPLY_BYTES, Broken, ErrorReply, Silent, Unusable, checked_size

if TYPE_CHECKING:
    import httpx2

Json = dict[str, Any]

MAX_STREAM_BYTES = 128 * 2**20  # each token comes in an event of its own, of some 300 bytes
MAX_ERROR_BYTES = 2**16  # of an error one line is shown
MAX_REDIRECTS = 3


class Client(Protocol):
    """What we use of the client of either SDK."""

    @property
    def base_url(self) -> httpx2.URL:
        """Where it asks."""

    @property
    def auth_headers(self) -> Mapping[str, str]:
        """What identifies the caller."""

    @property
    def default_headers(self) -> Mapping[str, object]:
        """What every request has."""

    async def close(self) -> None:
        """Close its connections."""


class Transport(Protocol):
    """What sends requests."""

    async def post(self, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        """Send `body`, with `headers` beside the shared ones; the reply, whose body is still to be read.

        Raises:
            Broken: no reply came.
            ErrorReply: one with another status than those of success.
        """

    async def aclose(self) -> None:
        """Close the connections that were opened for it."""

    def drop(self) -> None:
        """Close them when their loop is closed and can't do it any more."""


class SdkTransport:
    """A client of a user's own, through its own request: it signs it, renews its tokens, and knows its address.

    Whoever made the client closes it.
    """

    def __init__(self, client: Any, path: str) -> None:  # noqa: ANN401 - of either SDK, or derived from it
        self._client, self._path = client, f"/{path}"

    async def post(self, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        """As `Transport` says; the SDK's own retries are off."""
        import httpx2

        options = {"headers": dict(headers), "max_retries": 0, "timeout": None}
        try:
            reply: httpx2.Response = await self._client.post(
                self._path, body=json.loads(body), cast_to=httpx2.Response, options=options, stream=True
            )
        except Exception as error:
            refused = getattr(error, "response", None)
            if isinstance(refused, httpx2.Response):
                raise ErrorReply(
                    as_json_or_text(refused.content), status=refused.status_code, headers=refused.headers
                ) from None
            raise Broken from error
        return reply

    async def aclose(self) -> None:
        """Nothing."""

    def drop(self) -> None:
        """Nothing."""


class HostedTransport(NamedTuple):
    """A client, what it speaks HTTP with, and the request that all calls share but for the body."""

    client: Client
    http: httpx2.AsyncClient
    request: httpx2.Request

    @classmethod
    def to(
        cls, path: str, query: str, client: Client, http: httpx2.AsyncClient, unsent: Container[str]
    ) -> HostedTransport:
        """A line to `path` below the client's address, with the client's headers but for `unsent` (in lower case)."""
        keep_alive(http)
        base, every = client.base_url, {**client.auth_headers, **client.default_headers}
        headers = {name: value for name, value in every.items() if isinstance(value, str)}  # others mean: don't send
        headers = {name: value for name, value in headers.items() if name.lower() not in unsent}
        whole = base.raw_path + path.encode() + (b"?" + query.encode() if query else b"")
        request = http.build_request("POST", base.copy_with(raw_path=whole), headers=headers)
        del request.headers["content-length"]
        return cls(client, http, request)

    async def aclose(self) -> None:
        """Close its connections."""
        await self.client.close()

    def drop(self) -> None:
        """Close its connections when their loop is closed and can't do it any more."""
        for transport in (self.http._transport, *self.http._mounts.values()):  # noqa: SLF001 - nobody offers a way
            session: Any = getattr(transport, "client", None)
            if connector := getattr(session, "connector", None):
                idle = [protocol for pool in connector._conns.values() for protocol, _ in pool]  # noqa: SLF001
                for protocol in (*idle, *connector._acquired):  # noqa: SLF001
                    _drop_socket(protocol.transport)
                connector._closed = True  # noqa: SLF001
                session.detach()

    async def post(self, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        """Send `body`, with `headers` beside the shared ones; the reply, whose body is still to be read.

        Raises:
            Broken: no reply came.
            ErrorReply: one with another status than those of success.
        """
        import httpx2

        shared = self.request
        all_headers = httpx2.Headers(shared.headers)
        all_headers.update(headers)
        request = httpx2.Request(
            shared.method, shared.url, headers=all_headers, content=body, extensions=shared.extensions
        )
        try:
            reply = await self._send(request)
        except Exception as error:  # whatever a library makes of bytes that are not HTTP: some escape its own errors
            raise Broken from error
        if not reply.is_success:
            raise ErrorReply(await _error_body(reply), status=reply.status_code, headers=reply.headers)
        return reply

    async def _send(self, request: httpx2.Request) -> httpx2.Response:
        """Send it, to where its own server redirects it too; never to another, which must not see the key."""
        reply = await self.http.send(request, stream=True, follow_redirects=False)
        for _ in range(MAX_REDIRECTS):
            further = reply.next_request
            if further is None or further.method != request.method or not _same_server(request.url, further.url):
                break
            await reply.aclose()
            reply = await self.http.send(further, stream=True, follow_redirects=False)
        return reply


def _drop_socket(transport: Any) -> None:  # noqa: ANN401 - private parts of asyncio
    """Close the socket of a connection without its loop, and without the warning that nobody did."""
    if (protocol := getattr(transport, "_ssl_protocol", None)) is not None:
        transport._closed = True  # noqa: SLF001
        transport = getattr(protocol, "_transport", None)
    if (socket := getattr(transport, "_sock", None)) is not None:
        transport._sock = None  # noqa: SLF001
        socket.close()


async def read_body(reply: httpx2.Response) -> bytes:
    """The whole body.

    Raises:
        Broken: it did not come to its end.
        Unusable: it is empty, or larger than any reply.
    """
    pieces, size = [], 0
    try:
        async for piece in reply.aiter_bytes():
            pieces.append(piece)
            size += len(piece)
            if size > MAX_REPLY_BYTES:
                break
    except Exception as error:  # as above
        raise Broken from error
    if not checked_size(size):
        raise Unusable("an empty body", status=reply.status_code)
    return b"".join(pieces)


async def read_pieces(reply: httpx2.Response, idle_seconds: float) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises:
        Broken: it did not come to its end.
        Silent: after its first piece nothing came for `idle_seconds`.
        Unusable: it is larger than any reply.
    """
    body, size = reply.aiter_bytes(), 0
    while True:
        try:
            async with asyncio.timeout(idle_seconds if size else None) as idle:
                piece = await anext(body, None)
        except Exception as error:  # as above
            if idle.expired():
                raise Silent(idle_seconds) from None
            raise Broken from error
        if piece is None:
            return
        size = checked_size(size + len(piece), MAX_STREAM_BYTES)
        yield piece


async def close(reply: httpx2.Response) -> None:
    """Give up what is still to come of it."""
    with contextlib.suppress(Exception):  # the connection may be as broken as its reply
        await reply.aclose()


async def _error_body(reply: httpx2.Response) -> object:
    """The body of an error, as far as it came: its status counts in any case."""
    if location := reply.headers.get("location"):
        await close(reply)
        return f"redirected to {location}"
    body = bytearray()
    with contextlib.suppress(Exception):
        async for piece in reply.aiter_bytes():
            body += piece
            if len(body) > MAX_ERROR_BYTES:
                break
    await close(reply)
    return as_json_or_text(bytes(body))


def as_json_or_text(body: bytes) -> object:
    """JSON, or text."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body[:MAX_ERROR_BYTES].decode(errors="replace").strip()


def _same_server(one: httpx2.URL, other: httpx2.URL) -> bool:
    """Whether both are of one server, which may want to be spoken to in secret."""
    upgraded = (one.scheme, other.scheme, one.port, other.port) == ("http", "https", None, None)
    return one.host == other.host and (upgraded or (one.scheme, one.port) == (other.scheme, other.port))
