"""The server that calls through Ray are tested against."""

from tests.loopback import server

__all__ = ["server"]
