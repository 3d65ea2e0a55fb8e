"""One of a thing for each event loop, for things that can't be shared between loops."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from promptkit.loops import Outcome, goes_on

T = TypeVar("T")


class PerLoop(Generic[T]):
    """Makes a `T` when a loop first asks for one, and closes it when that loop ends.

    Connections belong to the loop they were made in. A loop that ends in good order (in `asyncio.run`, or after
    `shutdown_asyncgens`) closes them itself; those of a loop that was only closed are dropped afterwards.

    Args:
        make: makes one, in the loop.
        close: closes one, in its loop.
        drop: lets go of one whose loop is closed, in any thread.
    """

    def __init__(
        self,
        make: Callable[[], Coroutine[Any, Any, T]],
        close: Callable[[T], Awaitable[None]],
        drop: Callable[[T], None],
    ) -> None:
        self._make, self._close, self._drop = make, close, drop
        self._lock = threading.Lock()
        self._made: dict[asyncio.AbstractEventLoop, _Made[T]] = {}
        weakref.finalize(self, _drop_closed, self._made, drop)  # also when the interpreter exits

    def get_made(self) -> T | None:
        """That of the running loop, if it has been made."""
        made = self._made.get(asyncio.get_running_loop())
        return None if made is None else made.thing

    async def get(self) -> T:
        """That of the running loop."""
        loop = asyncio.get_running_loop()
        with self._lock:
            made = self._made.get(loop)
            if made is None or made.making.cancelled():
                _drop_closed(self._made, self._drop)
                made = self._made[loop] = _Made(self._make, self._close)
        try:
            return await asyncio.shield(made.making)
        except Exception:
            self._made.pop(loop, None)  # the next one who asks tries again
            raise

    async def aclose(self) -> None:
        """Close those of all loops; one whose loop stands still is closed when that ends."""
        here = asyncio.get_running_loop()
        for loop, made in list(self._made.items()):
            if loop is here:
                await made.aclose()
            elif goes_on(loop):
                closed = Outcome[bool]()
                asyncio.run_coroutine_threadsafe(_close_and_report(made, closed), loop)
                await closed.get_from(loop)
        with self._lock:
            _drop_closed(self._made, self._drop)


class _Made(Generic[T]):
    """What was made in one loop."""

    def __init__(self, make: Callable[[], Coroutine[Any, Any, T]], close: Callable[[T], Awaitable[None]]) -> None:
        self.thing: T | None = None
        self._close = close
        self.making = asyncio.get_running_loop().create_task(self._keep(make()))
        self._lifetime = self._until_closed()
        with contextlib.suppress(StopIteration):
            self._lifetime.__anext__().send(None)  # so that the loop knows it, and closes it when it ends

    async def aclose(self) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closing it at this moment
            await self._lifetime.aclose()

    async def _keep(self, making: Coroutine[Any, Any, T]) -> T:
        self.thing = await making
        return self.thing

    async def _until_closed(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await asyncio.wait([self.making])
            if self.thing is not None:
                thing, self.thing = self.thing, None
                await self._close(thing)


async def _close_and_report(made: _Made[Any], closed: Outcome[bool]) -> None:
    try:
        await made.aclose()
    finally:
        closed.set(True)


def _drop_closed(made: dict[asyncio.AbstractEventLoop, _Made[T]], drop: Callable[[T], None]) -> None:
    for loop in [loop for loop in list(made) if loop.is_closed()]:
        left = made.pop(loop, None)
        if left and left.thing is not None:
            thing, left.thing = left.thing, None
            drop(thing)
