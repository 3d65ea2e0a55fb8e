"""Who may ask the page's server: whoever holds its token, from its own page, under its own address.

A page of anybody else in the same browser can send requests to a server on this machine. It has no token; it can't read
the cookie, which is not sent from other sites; its `Origin` is another one; and under a name that it had resolved to
this machine (DNS rebinding) the `Host` is wrong.
"""

from __future__ import annotations

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from promptkit.hosting import host_and_port, names_of

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
LARGEST = 4_000_000  # bytes of a request
_READING = ("GET", "HEAD")


class Guard:
    """Refuses who may not ask, and adds the headers that keep the page to itself.

    Args:
        app: what answers.
        token: what the address that is opened ends in; the browser then keeps it as a cookie.
        host: the address that the server listens at.
        port: its port.
    """

    def __init__(self, app: ASGIApp, *, token: str, host: str, port: int) -> None:
        self._app, self.token, self._port = app, token, port
        self._tickets: set[str] = set()
        self._cookie = f"promptkit_studio_{port}"
        self._knows = names_of(host)

    def ticket(self) -> str:
        """What lets in once, instead of the token: for an address that other people of this machine may see."""
        made = secrets.token_urlsafe(32)
        self._tickets.add(made)
        return made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = QueryParams(scope["query_string"]).get("token", "")
        entering = self._is_token(given) or given in self._tickets
        refusal = self._refusal(scope, headers, entering=entering)
        answer: ASGIApp = PlainTextResponse(refusal, status_code=403) if refusal else self._app
        if entering and not refusal:
            self._tickets.discard(given)
        cookie = f"{self._cookie}={self.token}; HttpOnly; SameSite=Strict; Path=/" if entering and not refusal else ""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    sent.setdefault(name, value)
                if cookie:
                    sent.append("Set-Cookie", cookie)
            await send(message)

        await answer(scope, receive, guarded)

    def _refusal(self, scope: Scope, headers: Headers, *, entering: bool) -> str:
        """Why the request is refused; empty when it is not."""
        host, reading = headers.get("host", ""), scope["method"] in _READING
        if not self._knows_as(host):
            return "this address is not the server's own; open the one that promptkit printed"
        if not reading and headers.get("origin") != f"http://{host}":
            return "the request comes from another page"
        if not (entering and reading) and headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return "the request comes from another site"
        if not reading and not _fits(headers.get("content-length", "")):
            return f"the request is longer than {LARGEST:,} bytes"
        if not (entering and reading) and not self._is_token(self._kept(headers)):
            return "the token is missing or was that of an earlier start; open the address that promptkit printed"
        return ""

    def _is_token(self, given: str) -> bool:
        return secrets.compare_digest(given.encode("utf-8", "replace"), self.token.encode())

    def _kept(self, headers: Headers) -> str:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return ""
        return found.value if found else ""

    def _knows_as(self, host: str) -> bool:
        name, port = host_and_port(host)
        return (port or "80") == str(self._port) and self._knows(name)


def _fits(length: str) -> bool:
    return length.isdecimal() and int(length[:20]) <= LARGEST
