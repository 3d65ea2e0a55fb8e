"""Who may ask: whoever has a key; and without keys, programs of this machine, but no page in its browser."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.requests import Request

from promptkit.hosting import host_and_port, names_of
from promptkit.serving.fields import Refused

LARGEST = 64_000_000  # bytes of a request: images go in base64


class Access:
    """Refuses who may not ask.

    Args:
        keys: the keys that let in; none lets in every program that reaches the server.
        host: the address that the server listens at.
    """

    def __init__(self, keys: Iterable[str], host: str) -> None:
        self._keys = tuple(key.encode() for key in keys)
        self._knows = names_of(host)

    def check(self, request: Request) -> None:
        """Let the request in.

        Raises:
            Refused: it has no key, or may come from a page in a browser.
        """
        headers = request.headers
        if self._keys:
            self._check_key(headers)
            return
        name, _ = host_and_port(headers.get("host", ""))
        if not self._knows(name):
            raise Refused("this server is not known by that name; ask it by its address", status=403, code="host")
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            message = "without keys, pages in a browser are not answered; start the server with PROMPTKIT_SERVE_KEYS"
            raise Refused(message, status=403, code="origin")

    def _check_key(self, headers: Headers) -> None:
        given = headers.get("authorization", "").removeprefix("Bearer ").encode("utf-8", "replace")
        fits = [secrets.compare_digest(given, key) for key in self._keys]  # all of them, in the same time
        if not any(fits):
            message = "the key is missing or not one of this server's; send it as Authorization: Bearer KEY"
            raise Refused(message, status=401, code="invalid_api_key")


async def body_of(request: Request) -> bytes:
    """The body of a request.

    Raises:
        Refused: it is not JSON, or larger than 64 MB.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refused(f"send JSON as application/json, not {kind or 'nothing'}", status=415, code="media_type")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Refused(f"the request is longer than {LARGEST:,} bytes", status=413, code="too_large")
    return bytes(body)
