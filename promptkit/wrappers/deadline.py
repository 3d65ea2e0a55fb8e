"""The time that all calls of one attempt have together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from promptkit.errors import TimedOut
from promptkit.loops import restore
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper


class _TimeLimit:
    """A time that can be stopped. It is counted by the clock of the event loop."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._ends = self._loop.time() + seconds
        self._timeouts: set[asyncio.Timeout] = set()
        self._stops, self._stopped_at = 0, 0.0

    @property
    def is_over(self) -> bool:
        return not self._stops and self._ends <= self._loop.time()

    @contextmanager
    def cancelling(self, timeout: asyncio.Timeout) -> Iterator[None]:
        """Let `timeout` end when the time is over."""
        self._timeouts.add(timeout)
        timeout.reschedule(None if self._stops else self._ends)
        try:
            yield
        finally:
            self._timeouts.remove(timeout)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let no time pass inside the block."""
        if not self._stops:
            self._stopped_at = self._loop.time()
            self._reschedule(None)
        self._stops += 1
        try:
            yield
        finally:
            self._stops -= 1
            if not self._stops:
                self._ends += self._loop.time() - self._stopped_at
                self._reschedule(self._ends)

    def _reschedule(self, when: float | None) -> None:
        for timeout in self._timeouts:
            if not timeout.expired():
                timeout.reschedule(when)


_limit: ContextVar[_TimeLimit | None] = ContextVar("promptkit_time_limit", default=None)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Inside the block, `Deadline` cancels what is not answered within `seconds` of its beginning; `None` is no limit.

    It holds for the tasks that are started inside, too. Enter it in a running event loop, by whose clock it counts.
    """
    token = _limit.set(None if seconds is None else _TimeLimit(seconds))
    try:
        yield
    finally:
        restore(_limit, token)


@contextmanager
def time_stands_still() -> Iterator[None]:
    """Inside the block, nothing of the `time_limit` around it is used up."""
    limit = _limit.get()
    if limit is None:
        yield
    else:
        with limit.stopped():
            yield


class Deadline(Wrapper):
    """Cancels a call when the `time_limit` around it is over, waits and retries inside it included.

    Time in which a `Limit` with `patience` holds the call back, because the model answers nothing, does not count. It
    belongs inside a `Cache`: then what was answered before is kept, and is answered from there at any time.
    """

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask while there is time.

        Raises:
            TimedOut: there is none left.
        """
        limit = _limit.get()
        if limit is None:
            return await self.backend.complete(prompt)
        if not limit.is_over:
            try:
                async with asyncio.timeout(None) as timeout:
                    with limit.cancelling(timeout):
                        return await self.backend.complete(prompt)
            except TimeoutError:
                pass
        message = f"{self.name} was not done within the {limit.seconds:g} s of an item; raise `item_seconds`"
        raise TimedOut(message, model=self.name)
