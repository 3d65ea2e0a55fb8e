"""llama.cpp in this process: engines that are loaded when first needed, each asked by few threads, and freed."""

from __future__ import annotations

import asyncio
import http.client
import json
import secrets
import threading
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from promptkit.errors import UsageError

T = TypeVar("T")
Json = dict[str, Any]


class Refused(Exception):
    """The engine did not answer. `error` is what it said: `message`, and mostly `code` and `type`."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error.get("message", "no reason given"))
        self.error = error


@dataclass(frozen=True)
class Settings:
    """How an engine is loaded.

    Attributes:
        path: the file.
        context: the longest prompt and reply together, in tokens.
        threads: how many threads compute one step.
        slots: how many replies are written at the same time.
    """

    path: Path
    context: int
    threads: int
    slots: int


class Engine:
    """One engine of llama.cpp, loaded when first asked. It may be asked by `slots` threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = secrets.token_urlsafe(32)
        self._loading = threading.Lock()
        self._loaded: Any = None

    def chat(self, body: Json) -> Json:
        """Answer a conversation."""
        return _reply(self._server.handle_chat_completions, body)

    def complete(self, body: Json) -> Json:
        """Continue a text or tokens."""
        return _reply(self._server.handle_completions, body)

    def rendered(self, messages: Sequence[Json]) -> str:
        """The conversation as the text that the model would continue."""
        return str(self._post("/apply-template", {"messages": messages})["prompt"])

    def tokens(self, text: str, *, control: bool, first: bool) -> list[int]:
        """The tokens of `text`. `control`: recognise control tokens. `first`: add the token for the beginning, if any."""
        body = {"content": text, "parse_special": control, "add_special": first}
        return list(self._post("/tokenize", body)["tokens"])

    @property
    def _server(self) -> Any:  # noqa: ANN401 - an untyped package
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._settings, self._key)
            return self._loaded

    def _post(self, path: str, body: Json) -> Json:
        # The two that have no binding in Python go through the engine's own listener.
        host = urlsplit(self._server.listening_address).netloc
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            connection.request("POST", path, json.dumps(body), headers)
            return _checked(json.loads(connection.getresponse().read()))
        finally:
            connection.close()


class Engines:
    """Engines side by side. The one used last is asked first, so that no more are loaded than are needed."""

    def __init__(self, settings: Settings, count: int, name: str) -> None:
        engines = [Engine(settings) for _ in range(count)]
        self._idle = deque(engines * settings.slots)  # one entry for each call that may run
        self._threads = ThreadPoolExecutor(len(self._idle), thread_name_prefix=name)
        self._free = weakref.finalize(self, _free, self._threads, self._idle)  # also when the interpreter exits
        self._closed = f"{name} is closed; make a new one"

    async def run(self, job: Callable[[Engine], T]) -> T:
        """Run `job` in a thread when an engine is free. A job that has begun runs to its end, also when cancelled."""
        if not self._free.alive:
            raise UsageError(self._closed)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._with_engine, job)

    async def aclose(self) -> None:
        """Wait for what runs, refuse what waits, and free the engines."""
        if self._free.detach():
            await asyncio.to_thread(self._threads.shutdown)
            self._idle.clear()

    def _with_engine(self, job: Callable[[Engine], T]) -> T:
        if not self._free.alive:
            raise UsageError(self._closed)
        engine = self._idle.pop()
        try:
            return job(engine)
        finally:
            self._idle.append(engine)


def _free(threads: ThreadPoolExecutor, idle: deque[Engine]) -> None:
    threads.shutdown(wait=False, cancel_futures=True)  # it may be one of the threads that runs this
    idle.clear()


def _load(settings: Settings, key: str) -> Any:  # noqa: ANN401
    try:
        import xllamacpp
    except ImportError as error:
        message = f"{settings.path} needs xllamacpp: pip install 'promptkit[local]'"
        raise UsageError(message) from error
    p = xllamacpp.CommonParams()
    p.model.path = str(settings.path)
    p.n_ctx, p.n_parallel = settings.context * settings.slots, settings.slots
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = settings.threads
    p.n_gpu_layers, p.fit_params, p.warmup, p.verbosity = 0, False, False, -1
    p.cache_ram_mib = 0  # no second prompt cache beside that of the slots
    p.prefill_assistant = False  # a last turn of the assistant is a turn, not the beginning of the reply
    # It always listens. Nobody else can ask it: loopback, a free port, and a key that nobody knows.
    p.hostnames, p.port, p.api_keys, p.n_threads_http = ["127.0.0.1"], 0, [key], 1
    p.ui = p.endpoint_slots = p.endpoint_metrics = p.endpoint_props = False
    try:
        return xllamacpp.Server(p)
    except RuntimeError as error:
        reasons = f"too little memory for {settings.slots} x {settings.context} tokens, or a model newer than xllamacpp"
        message = f"llama.cpp can't load {settings.path}: cut off, {reasons} {xllamacpp.__version__}"
        raise UsageError(message) from error


def _reply(handle: Callable[[Json], Json], body: Json) -> Json:
    try:
        return _checked(handle(body))
    except (ValueError, RuntimeError) as error:  # what its C++ throws: a template that refuses, text that is no Unicode
        raise Refused({"message": str(error), "code": 400}) from error


def _checked(reply: Json) -> Json:
    if "error" in reply:
        raise Refused(reply["error"])
    return reply
