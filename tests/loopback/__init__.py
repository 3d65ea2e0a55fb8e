"""A server on this machine for tests of what speaks HTTP. `from tests.loopback import server` is the fixture."""

from tests.loopback.apis import Answer
from tests.loopback.faults import Fault
from tests.loopback.serving import Request, Server, server

__all__ = ["Answer", "Fault", "Request", "Server", "server"]
