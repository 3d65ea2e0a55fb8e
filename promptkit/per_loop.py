"""One of a thing for each event loop, for things that can't be shared between loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """Makes a `T` when a loop first asks for one, and forgets those of closed loops.

    Connections, locks and semaphores belong to the loop they were made in; a script that calls `asyncio.run` twice
    has two.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[asyncio.AbstractEventLoop, T] = {}

    def get(self) -> T:
        """That of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._made:
            alive = {other: thing for other, thing in self._made.items() if not other.is_closed()}
            self._made = {**alive, loop: self._make()}
        return self._made[loop]

    def pop(self) -> T | None:
        """That of the running loop, taken out, or `None` when it never asked."""
        return self._made.pop(asyncio.get_running_loop(), None)
