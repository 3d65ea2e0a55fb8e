"""An open line to a provider: an SDK's client with its connections, asked below the SDK's own request.

The SDK says where, as whom and over what: address, headers, transport, errors. What it does for each request (merging
options, and reading replies into types that check nothing) takes three times the CPU of sending it, so every request
here is the same one with another body.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from promptkit.providers.hosted.errors import SdkErrors

if TYPE_CHECKING:
    import httpx2

Json = dict[str, Any]


class Client(Protocol):
    """What we use of the client of either SDK."""

    @property
    def base_url(self) -> httpx2.URL:
        """Where it asks."""

    @property
    def auth_headers(self) -> Mapping[str, str]:
        """What says who asks."""

    @property
    def default_headers(self) -> Mapping[str, object]:
        """What every request says."""

    async def close(self) -> None:
        """Close its connections."""


class HostedTransport(NamedTuple):
    """A client, what it speaks HTTP with, and the request that all calls share but for the body."""

    client: Client
    http: httpx2.AsyncClient
    request: httpx2.Request
    errors: SdkErrors

    @classmethod
    def to(cls, path: str, client: Client, http: httpx2.AsyncClient, errors: SdkErrors) -> HostedTransport:
        """A line to `path` below the client's address, with the client's headers."""
        base, told = client.base_url, {**client.auth_headers, **client.default_headers}
        headers = {name: value for name, value in told.items() if isinstance(value, str)}  # others mean: don't send
        request = http.build_request("POST", base.copy_with(raw_path=base.raw_path + path.encode()), headers=headers)
        del request.headers["content-length"]
        return cls(client, http, request, errors)

    async def post(self, body: Json, headers: Mapping[str, str], *, streamed: bool) -> httpx2.Response:
        """Send `body`, with `headers` beside the shared ones; the reply, whose body is still to come when `streamed`.

        Raises:
            Exception: the SDK's own errors, for what can't be sent, a connection that failed, and a reply that refuses.
        """
        import httpx2

        shared = self.request
        try:
            content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
        except ValueError as error:  # half a surrogate pair, or a temperature that is no number
            raise self.errors.root(str(error)) from error
        all_headers = httpx2.Headers(shared.headers)
        all_headers.update(headers)
        request = httpx2.Request(
            shared.method, shared.url, headers=all_headers, content=content, extensions=shared.extensions
        )
        try:
            reply = await self.http.send(request, stream=streamed)
            if not reply.is_success:
                await reply.aread()
        except (httpx2.RequestError, ssl.SSLError) as error:
            raise self.errors.connection(request=request) from error
        if not reply.is_success:
            raise self.errors.status(f"refused ({reply.status_code})", response=reply, body=_said(reply))
        return reply


def _said(reply: httpx2.Response) -> object:
    try:
        return reply.json()
    except (ValueError, RecursionError):
        return reply.text.strip()
