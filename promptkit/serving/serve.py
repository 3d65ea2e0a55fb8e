"""Serve until a signal ends it: what is asked by then is answered first."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from promptkit.hosting import address_of, listen


def serve(app: ASGIApp, *, host: str, port: int, stop_seconds: int, announce: Callable[[str], None]) -> None:
    """Serve `app` at `host` and `port`; after a signal, requests have `stop_seconds` to be answered.

    Raises:
        UsageError: the address can't be listened at.
    """
    listening = listen(host, port)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        backlog=1024,
        timeout_graceful_shutdown=stop_seconds,
    )
    announce(address_of(host, listening.getsockname()[1]))
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn ends first, and then raises the signal again
        pass
    finally:
        listening.close()
