"""A server on this machine that sends bytes as they are, HTTP or not."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Self

Bytes = bytes | Iterable[bytes]


@dataclass
class RawServer:
    """Answers each request with `reply`, in pieces where it has several, then closes the connection.

    Attributes:
        reply: the bytes, or what makes them, anew for each connection.
        after: how many bytes of a request are waited for; `None` for all of it.
        reset: whether the connection is reset instead of closed.
        requests: all that came, oldest first.
    """

    reply: Bytes | Callable[[], Bytes]
    after: int | None = None
    reset: bool = False
    requests: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._closing = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        """The address, and the base URL of the Messages API."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def openai_url(self) -> str:
        """The base URL of the Chat Completions API."""
        return f"{self.url}/v1"

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed
            while True:
                connection, _ = self._listening.accept()
                self._threads.append(threading.Thread(target=self._serve, args=[connection]))
                self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):  # the client left
            connection.settimeout(10)
            self.requests.append(self._request(connection))
            reply = self.reply() if callable(self.reply) else self.reply
            for piece in [reply] if isinstance(reply, bytes) else reply:
                if self._closing.is_set():
                    break
                connection.sendall(piece)
            if self.reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _request(self, connection: socket.socket) -> bytes:
        request = b""
        while len(request) < (_length(request) if self.after is None else self.after):
            request += (more := connection.recv(2**16))
            if not more:
                break
        return request


def _length(request: bytes) -> int:
    """How long the whole request is, as far as is known: one byte more than there are before its headers end."""
    head, end, _ = request.partition(b"\r\n\r\n")
    if not end:
        return len(request) + 1
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n"))
    return len(head) + 4 + next((int(value) for name, _, value in lines if name == b"content-length"), 0)
