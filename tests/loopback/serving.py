"""A real HTTP server on this machine that speaks both APIs, answers with a Python function and fails by script."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest

from tests.loopback.apis import APIS, Answer, Api, Json, Turns, in_frames
from tests.loopback.batches import Batches, Model
from tests.loopback.faults import Fault

GOOD = Fault()


@dataclass(frozen=True)
class Request:
    """A request as it came; header names in lower case."""

    path: str
    headers: dict[str, str]
    body: Json


@dataclass
class Server:
    """Listens on a free port of 127.0.0.1 while it is entered.

    Attributes:
        answer: what the model says to the turns, the system text first.
        script: what is done with the next requests, one each; afterwards all goes well.
        refuses: how a request fails that the API does not take.
        fails: how the request with this body fails, when it always does.
        gate: entered with every request until its answer is found; may refuse it.
        requests: all that came, oldest first.
        batches: those that were submitted, and what becomes of them.
        batch_script: how the next requests to a batch API fail, one each.
        go_on: to be set when replies that halt may be sent to their end.
    """

    answer: Callable[[Turns], str] = lambda turns: f"you said: {turns[-1]['content']}"
    script: deque[Fault] = field(default_factory=deque)
    refuses: Callable[[Request], Fault | None] = lambda request: None
    fails: Callable[[Json], Fault | None] = lambda body: None
    gate: Callable[[], AbstractContextManager[Fault | None]] = contextlib.nullcontext
    requests: list[Request] = field(default_factory=list)
    batches: Batches = field(default_factory=Batches)
    batch_script: deque[Fault] = field(default_factory=deque)
    go_on: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self.closing = threading.Event()
        self._listen(0)
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.go_on.set()
        self.leave()

    def _listen(self, port: int) -> None:
        self._http = _Listener(self, port)
        # polled often, or closing would wait for the next half second
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def leave(self) -> None:
        """Listen no more: connections are refused, and those that are open are cut."""
        self._http.shutdown()
        self._http.server_close()
        self._http.cut_connections()
        self._thread.join()

    def come_back(self) -> None:
        """Listen again, at the same port."""
        self._listen(self._http.server_port)

    def then(self, *faults: Fault) -> Self:
        """Fail the next requests like this."""
        self.script.extend(faults)
        return self

    @property
    def url(self) -> str:
        """The address, and the base URL of the Messages API."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def openai_url(self) -> str:
        """The base URL of the Chat Completions API."""
        return f"{self.url}/v1"


class _Listener(ThreadingHTTPServer):
    request_queue_size = 128  # many clients may knock at the same time
    daemon_threads = True  # one may be waiting for a client that keeps its connection

    def __init__(self, owner: Server, port: int) -> None:
        self.owner = owner
        self._open = set[socket.socket]()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        for connection in self._open.copy():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def do_GET(self) -> None:
        self._batches("GET", b"")

    def _batches(self, method: str, body: bytes) -> None:
        """Answer a request of a batch API."""
        owner = self.server.owner
        headers = {name.lower(): value for name, value in self.headers.items()}
        model = Model(owner.answer, lambda path, sent, line: owner.refuses(Request(path, sent, line)))
        if fault := owner.batch_script.popleft() if owner.batch_script else None:
            status, reply = fault.status, json.dumps({"error": {"message": fault.message, "code": fault.code}}).encode()
        else:
            status, reply = owner.batches.reply(method, self.path, headers, body, model)
        if not status:
            return self._reset()
        self.wfile.write(_head(status, {"Content-Type": "application/json", "Content-Length": str(len(reply))}) + reply)
        return None

    def do_POST(self) -> None:
        owner = self.server.owner
        if owner.batches.takes(self.path):
            return self._batches("POST", self.rfile.read(int(self.headers["content-length"])))
        request = self._request()
        owner.requests.append(request)
        with owner.gate() as refusal:
            fault = refusal or owner.refuses(request) or owner.fails(request.body)
            fault = fault or (owner.script.popleft() if owner.script else GOOD)
            api = APIS.get(request.path)
            if api is None:
                fault, api = Fault(status=404, message="no such path"), APIS["/v1/chat/completions"]
            body, streamed = _body(fault, api, request, owner.answer)
        return self._deliver(fault, api, body, streamed)

    def _request(self) -> Request:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        return Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)

    def _deliver(self, fault: Fault, api: Api, body: bytes, streamed: bool) -> None:
        if fault.delivery == "reset":
            return self._reset()
        if fault.delivery == "late":
            self.server.owner.closing.wait()
        whole = fault.delivery in {"whole", "halting"}
        full = whole or fault.delivery in {"unended", "kept open"}
        sent = body if full else b"" if fault.delivery == "trickling" else body[: len(body) // 2]
        self.close_connection = not whole
        endless = fault.delivery in {"cut unnoticed", "trickling"}
        announced = (
            {} if endless else {"Transfer-Encoding": "chunked"} if streamed else {"Content-Length": str(len(body))}
        )
        content_type = "text/event-stream; charset=utf-8" if streamed else fault.content_type
        headers = {"Content-Type": content_type, api.request_id_header: "req-1", **announced, **fault.headers}
        self.wfile.write(_head(fault.status, headers))
        for piece in _pieces(sent, fault.piece if streamed else len(sent)):
            self.wfile.write(_chunk(piece) if streamed and not endless else piece)
            if fault.delivery == "halting":
                self.server.owner.go_on.wait()
        if streamed and whole:
            self.wfile.write(_chunk(b""))
        if fault.delivery == "reset in the body":
            self._reset()
        if fault.delivery == "kept open":
            self.server.owner.closing.wait()
        while fault.delivery == "trickling" and not self.server.owner.closing.wait(0.01):
            self.wfile.write(b": ping\n\n" if streamed else b" ")
        return None

    def _reset(self) -> None:
        """Close at once and impolitely: what is not sent yet is dropped, and the client gets a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def _head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size or 1))


def _body(fault: Fault, api: Api, request: Request, answer: Callable[[Turns], str]) -> tuple[bytes, bool]:
    """The body, and whether it is a stream."""
    if fault.body is not None:
        return fault.body, False
    if fault.status >= 400:
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        return json.dumps(api.error(fault.status, fault.message.replace("{key}", key), fault.code)).encode(), False
    said = dataclasses.replace(Answer(answer(api.turns(request.body))), **fault.answer)
    reply = {**api.reply(request.body, said), **fault.fields}
    if fault.events is None or not request.body.get("stream"):
        return json.dumps(reply).encode(), False
    return fault.framing(in_frames(fault.events(api.stream(reply)))), True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server for one test, which no proxy comes between."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as running:
        yield running
