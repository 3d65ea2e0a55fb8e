"""The one blocking door: `run(backend, prompt)` from scripts, notebooks, and threads with a running loop."""

from __future__ import annotations

import asyncio
import functools
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.types import Completion, Prompt

T = TypeVar("T")


def run(backend: Backend, prompt: Prompt | str) -> Completion:
    """Complete `prompt` (a text is one user turn) and wait for it.

    All blocking calls of a process share one background event loop, since the clients of providers belong to one
    loop; so this works in a script, in a notebook, and inside other running loops (which it blocks: there `await
    backend.complete(prompt)` is better). Several threads may call it at the same time. Ctrl-C cancels the call.

    Raises:
        UsageError: called from the background loop itself, by a backend or strategy, which would wait for itself.
    """
    return wait_for(backend.complete(Prompt.of(prompt) if isinstance(prompt, str) else prompt))


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
