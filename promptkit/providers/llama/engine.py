"""One engine of llama.cpp in this process."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.providers.llama.devices import gpus, imported
from promptkit.providers.llama.memory import memory_left
from promptkit.providers.llama.replies import IN_CHUNKS, Chunks, Hears, Json, Refused, Reply, checked
from promptkit.providers.llama.work import Work

_loading = threading.Lock()  # one at a time, so that each finds what the others left of the memory
_PART = 256  # tokens of a prompt that are read at a time; a call can end after each part
_OF_TEMPLATES = ("chat_template_kwargs", "reasoning_effort", "reasoning_format")  # fields that a chat template reads
_TRIAL = [{"role": "user", "content": "?"}]


@dataclass(frozen=True)
class Settings:
    """How an engine is loaded.

    Attributes:
        path: the file.
        context: the longest prompt and reply together, in tokens.
        token_bytes: what a token of context takes of memory, at least.
        work: how the machine is used for it.
        extra: fields of each request that llama.cpp shall try out when the file is loaded.
    """

    path: Path
    context: int
    token_bytes: int
    work: Work
    extra: Mapping[str, Any]


class Engine:
    """One engine of llama.cpp. It may be asked by `slots` threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._key = secrets.token_urlsafe(32)
        self._server: Any = None

    def load(self) -> None:
        """Load the file, once.

        Raises:
            UsageError: xllamacpp is not installed, or could not load it.
        """
        with _loading:
            self._server = self._server or _load(self._settings, self._key)

    def chat(self, body: Json, hears: Hears | None = None) -> Reply:
        """Answer a conversation. `hears`, when given, is called with each piece of the reply, and may end it."""
        return self._written("handle_chat_completions", body, hears)

    def complete(self, body: Json, hears: Hears | None = None) -> Reply:
        """Continue a text, or tokens."""
        return self._written("handle_completions", body, hears)

    def free(self) -> None:
        """Let go of the memory. An error that someone keeps holds this engine, and would hold it too."""
        self._server = None

    def rendered(self, messages: Sequence[Json], fields: Mapping[str, Any]) -> str:
        """The conversation as the text that the model would continue, for a request with these fields."""
        switches = {name: value for name, value in fields.items() if name in _OF_TEMPLATES}
        return str(self._post("/apply-template", {"messages": messages, **switches})["prompt"])

    def tokens(self, text: str, *, control: bool, first: bool) -> list[int]:
        """The tokens of `text`. `control` tokens are recognised or not; the `first` text may get one for its start."""
        body = {"content": text, "parse_special": control, "add_special": first}
        return list(self._post("/tokenize", body)["tokens"])

    def _written(self, handler: str, body: Json, hears: Hears | None) -> Reply:
        chunks = Chunks(hears)
        with _refusals():  # no local name for the handler: an error that someone keeps would hold the engine
            if hears:
                getattr(self._server, handler)({**body, **IN_CHUNKS}, chunks.add)
            else:
                chunks.add(getattr(self._server, handler)(body))
        return chunks.reply()

    def _post(self, path: str, body: Json) -> Json:
        # What has no binding in Python goes through the engine's own listener.
        connection = http.client.HTTPConnection(urlsplit(self._server.listening_address).netloc, timeout=60)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            return checked(json.loads(connection.getresponse().read()))
        except OSError as error:
            raise Refused({"message": f"its listener failed: {error}", "code": 503}) from error
        finally:
            connection.close()


def _load(settings: Settings, key: str) -> Any:  # noqa: ANN401
    try:
        xllamacpp = imported()
    except ImportError as error:
        message = f"{settings.path} needs xllamacpp: {pip_install('local')}"
        raise UsageError(message) from error
    work = settings.work
    _check_memory(settings)
    p = xllamacpp.CommonParams()
    p.model.path = str(settings.path)
    p.n_ctx, p.n_parallel = settings.context * work.slots, work.slots
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = work.threads
    gpu = work.gpu != 0 and bool(gpus())
    p.n_gpu_layers = (-1 if work.gpu is None else work.gpu) if gpu else 0
    p.fit_params, p.warmup, p.verbosity = gpu and work.gpu is None, False, -1
    p.cache_prompt, p.cache_ram_mib = work.reuse_prompts, 0  # in the slots alone
    if work.reuse_prompts and not gpu:  # flash attention would compute the end of a prompt otherwise than a whole one
        p.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
    if work.mapped and not gpu:
        p.n_batch = _PART
    modes = xllamacpp.llama_load_mode
    p.load_mode = modes.LLAMA_LOAD_MODE_MMAP if work.mapped else modes.LLAMA_LOAD_MODE_NONE
    p.prefill_assistant = False  # a last turn of the assistant is a turn, not the beginning of the reply
    # It always listens. Nobody else can ask it: loopback, a free port, and a key that nobody knows.
    p.hostnames, p.port, p.api_keys, p.n_threads_http = ["127.0.0.1"], 0, [key], 1
    p.ui = p.endpoint_slots = p.endpoint_metrics = p.endpoint_props = False
    try:
        server = xllamacpp.Server(p)
    except RuntimeError as error:
        memory = f"needs more memory than there is for {work.slots} x {settings.context} tokens"
        newer = f"is newer than xllamacpp {xllamacpp.__version__}"
        message = f"llama.cpp could not load {settings.path}: it is cut off, {memory}, or {newer}"
        raise UsageError(message) from error
    server.handle_completions({"prompt": [0], "max_tokens": 1})  # freed before its loop runs, it would wait for ever
    if reason := _refused(server, settings.extra):
        del server  # or whoever keeps the error would keep it
        raise UsageError(f"llama.cpp refuses extra={dict(settings.extra)!r}: {reason}")
    return server


def _check_memory(settings: Settings) -> None:
    slots = settings.work.slots
    weights = 0 if settings.work.mapped else settings.path.stat().st_size
    needed, left = weights + settings.context * slots * settings.token_bytes, memory_left()
    if left is not None and needed > left:
        of = f"for {slots} x {settings.context} tokens"
        need = f"needs at least {needed / 1e6:.0f} MB of memory {of}, and {left / 1e6:.0f} MB are left"
        raise UsageError(f"{settings.path} {need}; lower context or slots, take a smaller file, or free memory")


def _refused(server: Any, extra: Mapping[str, Any]) -> str:  # noqa: ANN401
    """Why a call with the extra fields fails where one without them does not."""
    for fields in ({}, extra) if extra else ():
        try:
            with _refusals():
                checked(server.handle_chat_completions({"messages": _TRIAL, "max_tokens": 1, **fields}))
        except Refused as refused:
            return str(refused) if fields else ""
    return ""


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (ValueError, RuntimeError, TypeError) as error:  # from its C++: a template that refuses, text not Unicode
        if isinstance(error, TypeError) and "surrogate" not in str(error):  # orjson's, where it is installed
            raise
        last = str(error).rpartition("\n")[2].removeprefix("Error: ")  # before it, where in the template
        reason = last.rpartition("Automatic parser generation failed: ")[2]  # what stands before it is of no use
        raise Refused({"message": reason, "code": 400}) from error
