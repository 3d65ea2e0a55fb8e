"""Wait in one event loop for what happens in another one, or in a thread; and know which loops go on."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, Token
from typing import Any, Generic, TypeVar

T = TypeVar("T")

CHECK_SECONDS = 0.2  # how soon it is noticed that a loop, for which another one waits, does not go on

_held_up: set[asyncio.AbstractEventLoop] = set()


def current_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that runs in this thread, or `None`."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def loop_time() -> float:
    """Seconds by the clock of the running loop; where none runs, by the one that loops have."""
    loop = current_loop()
    return loop.time() if loop else time.monotonic()


def goes_on(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether the tasks of `loop` make progress: it is running, and `run()` does not hold it up."""
    return loop.is_running() and loop not in _held_up


@contextlib.contextmanager
def holding_up_the_loop() -> Iterator[None]:
    """The block blocks this thread, and with it the loop that runs here, if one does."""
    loop = current_loop()
    if loop is None:
        yield
        return
    _held_up.add(loop)
    try:
        yield
    finally:
        _held_up.discard(loop)


def restore(variable: ContextVar[T], token: Token[T]) -> None:
    """Set a context variable back; not in a coroutine that is garbage collected elsewhere, its loop being closed."""
    with contextlib.suppress(ValueError):
        variable.reset(token)


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - those of the function
    """The result of a function in a thread; it is carried out also when this task is cancelled meanwhile.

    Not in one of the loop's own threads (`asyncio.to_thread`): they may all wait, in `run()`, for what this one does.
    """
    return await asyncio.shield(asyncio.wrap_future(_threads.submit(function, *arguments)))


_threads = ThreadPoolExecutor(4, thread_name_prefix="promptkit")  # begun when first used


class Outcome(Generic[T]):
    """A value that is set once, in any thread, and awaited by tasks of any loop."""

    __slots__ = ("_lock", "_value", "_waiting")

    def __init__(self) -> None:
        self._lock = threading.RLock()  # re-entered when a coroutine is garbage collected inside
        self._value: list[T] = []
        self._waiting: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}

    def set(self, value: T) -> None:
        """Set it and wake all who wait; only the first value counts."""
        with self._lock:
            if self._value:
                return
            self._value.append(value)
            waiting, self._waiting = self._waiting, {}
        here = current_loop()
        for loop, futures in waiting.items():
            if loop is here:
                _wake(futures)
            else:
                with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits any more
                    loop.call_soon_threadsafe(_wake, futures)

    async def get(self) -> T:
        """The value, once it is set."""
        if (future := self._future()) is not None:
            await future
        return self._value[0]

    async def get_from(self, owner: asyncio.AbstractEventLoop) -> T | None:
        """The value that a task of the loop `owner` sets; `None` once that loop does not go on."""
        future = self._future()
        if future is None or owner is asyncio.get_running_loop():
            return await self.get()
        while not (await asyncio.wait([future], timeout=CHECK_SECONDS))[0]:
            if not goes_on(owner):
                return None
        return self._value[0]

    def _future(self) -> asyncio.Future[None] | None:
        """What wakes this task, or `None` when the value is there."""
        loop = asyncio.get_running_loop()
        with self._lock:
            if self._value:
                return None
            future = loop.create_future()
            self._waiting.setdefault(loop, []).append(future)
        return future


def _wake(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():
            future.set_result(None)
