"""The blocking way in: `run(backend, prompt)` and `close(backend)` in scripts, notebooks, and threads."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import functools
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from promptkit.backend import Backend, CanClose, require_backend
from promptkit.errors import UsageError
from promptkit.loops import current_loop, holding_up_the_loop
from promptkit.types import Completion, Prompt

T = TypeVar("T")


def run(backend: Backend, prompt: Prompt | str) -> Completion:
    """Complete `prompt` (a text is one user turn) and wait for the answer.

    All blocking calls of a process share one background event loop, and with it a model's connections; they are closed
    when the interpreter exits, or by `close`. So this works in a script, in a notebook, and inside another running
    loop, which it blocks: there `await backend.complete(prompt)` is better. Several threads may call it at the same
    time. Ctrl-C cancels the call.

    Raises:
        UsageError: called by a backend or strategy on the background loop, which would wait for itself.
        TypeError: `backend` is not a backend, or `prompt` neither a `Prompt` nor a text.
    """
    return wait_for(require_backend(backend).complete(Prompt.parse(prompt)))


def close(backend: CanClose) -> None:
    """Close a model, or a strategy or wrapper with the models it holds: `await backend.aclose()` without `await`.

    Nothing has to be closed: what is left open is closed when its event loop or the interpreter ends.

    Raises:
        UsageError: called on the background loop, as for `run`.
        TypeError: `backend` has nothing to close it by.
    """
    if not callable(getattr(backend, "aclose", None)):
        raise TypeError(f"{backend!r:.80} can't be closed: it has no aclose()")
    wait_for(backend.aclose())


def wait_for(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run `coroutine` on the background loop and wait for its result."""
    with _starting:
        loop = _background_loop()
    if current_loop() is loop:
        coroutine.close()
        raise UsageError("run() was called by a backend or strategy; inside those, await backend.complete(prompt)")
    with holding_up_the_loop():
        future = asyncio.run_coroutine_threadsafe(coroutine, loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise


def wait_whole(finish: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Wait for what `finish` does; interrupted, until it has ended by itself: a run lets its calls in flight finish."""
    begun, ended = threading.Event(), threading.Event()

    async def whole() -> T:
        begun.set()
        try:
            return await finish()
        finally:
            ended.set()

    try:
        return wait_for(whole())
    except KeyboardInterrupt:
        if begun.is_set():
            ended.wait()
        raise


_starting = threading.Lock()  # two threads at the same time would start two
_EXIT_SECONDS = 5.0  # for what still runs when the interpreter exits: it is cancelled, and may take that long to end


@functools.cache
def _background_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="promptkit-loop", daemon=True)
    thread.start()
    atexit.register(_end, loop, thread)
    return loop


def _end(loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    """End the loop in good order, so that everything that belongs to it is closed."""
    ending = asyncio.run_coroutine_threadsafe(_cancel_all(), loop)
    with contextlib.suppress(TimeoutError):
        ending.result(_EXIT_SECONDS)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(_EXIT_SECONDS)
    if not loop.is_running():
        loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
