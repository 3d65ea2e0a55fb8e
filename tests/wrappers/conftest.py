"""The server that adapters are tested against."""

from tests.loopback import server

__all__ = ["server"]
