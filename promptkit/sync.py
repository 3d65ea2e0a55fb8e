"""The one blocking way in: `run(backend, prompt)` from scripts, notebooks, and threads with a running loop."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from promptkit.backend import Backend, require_backend
from promptkit.errors import UsageError
from promptkit.types import Completion, Prompt

T = TypeVar("T")


def run(backend: Backend, prompt: Prompt | str) -> Completion:
    """Complete `prompt` (a text is one user turn) and wait for the answer.

    All blocking calls of a process share one background event loop, because a provider's client belongs to one loop.
    So this works in a script, in a notebook, and inside another running loop, which it blocks: there `await
    backend.complete(prompt)` is better. Several threads may call it at the same time. Ctrl-C cancels the call.

    Raises:
        UsageError: called by a backend or strategy on the background loop, which would wait for itself.
        TypeError: `backend` is not a backend, or `prompt` neither a `Prompt` nor a text.
    """
    return wait_for(require_backend(backend).complete(Prompt.parse(prompt)))


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run `coroutine` on the background loop and wait for its result."""
    loop = _background_loop()
    if threading.current_thread().name == _THREAD:
        coroutine.close()
        raise UsageError("run() was called by a backend or strategy; inside those, await backend.complete(prompt)")
    future = asyncio.run_coroutine_threadsafe(coroutine, loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()
        raise


_THREAD = "promptkit-loop"


@functools.cache
def _background_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name=_THREAD, daemon=True).start()
    return loop
