"""The model servers that run on this machine, asked what they serve: all at once, on the loopback device alone."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from promptkit.hosting import is_loopback
from promptkit.types import Value

_TIMEOUT_SECONDS = 1.0  # on loopback; one that is busy loading may need longer, and is listed the next time
_MOST_BYTES = 2**24
Json = Any


class ServedModel(Value):
    """A model that a server on this machine serves.

    Attributes:
        model: its name for `--model`.
        where: the server's address.
        size: in bytes; 0 when the server does not state it, as the others.
        quantisation: how its weights are written, as in `Q4_K_M`.
        context: the longest text that it takes, in tokens.
    """

    model: str
    where: str
    size: int = 0
    quantisation: str = ""
    context: int = 0


def served_models(addresses: Mapping[str, str]) -> dict[str, list[ServedModel] | None]:
    """What each server serves, by the name of its provider; `None` where none answers.

    `addresses` are base URLs by provider, as `http://localhost:11434/v1`. One that is not on this machine is left out.
    """
    here = {
        name: address
        for name, address in addresses.items()
        if name in _ASKED and is_loopback(urlsplit(address).hostname or "")
    }
    with ThreadPoolExecutor(max(1, len(here))) as threads:
        found = threads.map(lambda name: _served(name, here[name]), here)
        return dict(zip(here, found, strict=True))


def _served(provider: str, address: str) -> list[ServedModel] | None:
    try:
        return list(_ASKED[provider](provider, address))
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # nobody listens, or it is another program that does


def _of_ollama(provider: str, address: str) -> Iterator[ServedModel]:
    for model in _get(address, "/api/tags")["models"]:
        details = model.get("details") or {}
        shown = _get(address, "/api/show", {"model": model["name"]}).get("model_info") or {}
        context = next((value for key, value in shown.items() if key.endswith(".context_length")), 0)
        yield ServedModel(
            model=f"{provider}/{model['name']}",
            where=address,
            size=model.get("size") or 0,
            quantisation=details.get("quantization_level") or "",
            context=context,
        )


def _of_lm_studio(provider: str, address: str) -> Iterator[ServedModel]:
    for model in _get(address, "/api/v0/models")["data"]:
        if model.get("type") != "embeddings":
            yield ServedModel(
                model=f"{provider}/{model['id']}",
                where=address,
                quantisation=model.get("quantization") or "",
                context=model.get("max_context_length") or 0,
            )


def _of_others(provider: str, address: str) -> Iterator[ServedModel]:
    for model in _get(address, "/v1/models")["data"]:
        meta = model.get("meta") or {}
        yield ServedModel(
            model=f"{provider}/{model['id']}",
            where=address,
            size=meta.get("size") or 0,
            context=model.get("max_model_len") or meta.get("n_ctx") or meta.get("n_ctx_train") or 0,
        )


_ASKED: Mapping[str, Callable[[str, str], Iterator[ServedModel]]] = {
    "ollama": _of_ollama,
    "lmstudio": _of_lm_studio,
    "llamacpp": _of_others,
    "vllm": _of_others,
}


def _get(address: str, path: str, body: Json = None) -> Json:
    """The JSON at `path` of the server; never through a proxy."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=_TIMEOUT_SECONDS)
    try:
        content = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, content, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        if reply.status != http.client.OK:
            raise OSError(f"{path}: {reply.status}")
        return json.loads(_whole(reply))
    finally:
        connection.close()


def _whole(reply: http.client.HTTPResponse) -> bytes:
    """The body of a reply, of which no piece, nor all of them, may be late."""
    began, body = time.monotonic(), bytearray()
    while piece := reply.read1(_MOST_BYTES):
        body += piece
        if len(body) > _MOST_BYTES or time.monotonic() - began > _TIMEOUT_SECONDS:
            raise OSError("the reply has no end")
    return bytes(body)
