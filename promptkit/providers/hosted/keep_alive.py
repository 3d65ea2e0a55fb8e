"""TCP keep-alive: no router on the way forgets a connection while a model thinks, and a dead peer is noticed."""

from __future__ import annotations

import functools
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp
    import httpx2

IDLE, BETWEEN, TIMES = 30, 10, 3  # seconds, seconds, probes without an answer: gone after a minute


def keep_alive(http: httpx2.AsyncClient) -> None:
    """Let the connections of an SDK's client on aiohttp have TCP keep-alive, which it has no option for."""
    transports: list[Any] = [http._transport, *http._mounts.values()]  # noqa: SLF001 - as above
    for transport in transports:
        if hasattr(transport, "get_client"):  # aiohttp's
            transport.client = functools.partial(_session, transport)


def _session(transport: Any) -> aiohttp.ClientSession:  # noqa: ANN401 - of a class that each SDK has a copy of
    """As the transport makes its own, but for the sockets."""
    from aiohttp import ClientSession, TCPConnector

    limits = transport.limits
    connector = TCPConnector(
        keepalive_timeout=limits.keepalive_expiry,
        ssl=transport.ssl_context,
        limit=limits.max_connections or 0,
        socket_factory=_socket,
    )
    return ClientSession(connector=connector)


def _socket(address: tuple[Any, ...]) -> socket.socket:
    """A socket for it, as far as the system can keep it alive."""
    made = socket.socket(*address[:3])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    idle = "TCP_KEEPIDLE" if hasattr(socket, "TCP_KEEPIDLE") else "TCP_KEEPALIVE"  # macOS
    for name, value in ((idle, IDLE), ("TCP_KEEPINTVL", BETWEEN), ("TCP_KEEPCNT", TIMES)):
        if (option := getattr(socket, name, None)) is not None:
            made.setsockopt(socket.IPPROTO_TCP, option, value)
    return made
