"""An event loop whose time passes only while everybody waits, and then at once: hours of waiting in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__()
        self._virtual_now = 0.0
        selector: selectors.BaseSelector = self._selector  # type: ignore[attr-defined]  # asyncio's own
        really_select = selector.select

        def select(timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            events = really_select(None if timeout is None else 0)
            if not events:
                self._virtual_now += timeout or 0.0
            return events

        selector.select = select  # type: ignore[method-assign]

    def time(self) -> float:
        return self._virtual_now


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """As `asyncio.run`."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(coroutine)


def now() -> float:
    """The virtual time, in seconds."""
    return asyncio.get_running_loop().time()
