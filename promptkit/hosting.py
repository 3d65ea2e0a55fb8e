"""Where a server of ours listens, the names that mean it, and how it ends."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from promptkit.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_HOST = re.compile(r"(?:\[(?P<address>[^\[\]]*)\]|(?P<name>[^:\[\]]*))(?::(?P<port>\d*))?")
_BACKLOG = 1024  # connections that wait to be accepted


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at `host`; port 0 takes a free one.

    Raises:
        UsageError: the address can't be listened at.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # by its protocol asyncio knows it as TCP, and sends at once: otherwise small replies wait 40 ms for one another
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise UsageError(f"can't listen on {host}, port {port}: {error.strerror}; give another --port") from None
    return made


def serve_until_signal(app: ASGIApp, listening: socket.socket, *, stop_seconds: int) -> None:
    """Serve `app` where the socket listens; after a signal, requests have `stop_seconds` to be answered."""
    import uvicorn  # an extra has it

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        ws="none",
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=stop_seconds,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # uvicorn ends first, and then raises the signal again
        pass
    finally:
        listening.close()


def host_and_port(header: str) -> tuple[str, str]:
    """The name and the port of the header `Host`, in small letters; the port is empty where it is that of the scheme.

    An IPv6 address stands in brackets, which are left out: `[::1]:8000`, and `[::1]` at port 80.
    """
    found = _HOST.fullmatch(header.strip().lower())
    return (found["address"] or found["name"], found["port"] or "") if found else ("", "")


def address_of(host: str, port: int) -> str:
    """The address of a server that listens there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def names_of(host: str) -> Callable[[str], bool]:
    """Which names of a `Host` mean a server that listens at `host`. A rebound name is never an address in numbers."""
    if is_loopback(host):
        return lambda name: name == "localhost" or is_loopback(name)
    return lambda name: name == host.lower() or _address(name) is not None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
