"""Serve the page on this machine, until Ctrl-C."""

from __future__ import annotations

import secrets
import webbrowser
from collections.abc import Callable

from promptkit.hosting import address_of, listen, serve_until_signal
from promptkit.studio.app import studio_app
from promptkit.studio.desk import Desk
from promptkit.studio.guard import Guard

_PATIENCE = 2  # seconds that answers in the making have when the server ends


def serve(desk: Desk, *, host: str, port: int, opened: bool, announce: Callable[[str], None]) -> None:
    """Serve until a signal ends it; models are closed then.

    Args:
        desk: what the page works on.
        host: the address to listen at.
        port: 0 takes a free one.
        opened: whether a browser is opened.
        announce: called with the page's address, which has the token that lets in.

    Raises:
        UsageError: the address can't be listened at.
    """
    listening = listen(host, port)
    port = listening.getsockname()[1]
    guard = Guard(studio_app(desk), token=secrets.token_urlsafe(32), host=host, port=port)
    address = f"{address_of(host, port)}/"
    announce(f"{address}?token={guard.token}")
    if opened:
        webbrowser.open(f"{address}?token={guard.ticket()}")
    serve_until_signal(guard, listening, stop_seconds=_PATIENCE)
