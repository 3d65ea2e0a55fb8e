"""Serve until a signal ends it: what is asked by then is answered first."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp

from promptkit.hosting import address_of, listen, serve_until_signal


def serve(app: ASGIApp, *, host: str, port: int, stop_seconds: int, announce: Callable[[str], None]) -> None:
    """Serve `app` at `host` and `port`; after a signal, requests have `stop_seconds` to be answered.

    Raises:
        UsageError: the address can't be listened at.
    """
    listening = listen(host, port)
    announce(address_of(host, listening.getsockname()[1]))
    serve_until_signal(app, listening, stop_seconds=stop_seconds)
