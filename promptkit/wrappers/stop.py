"""The end of a run: nothing more is sent, and why."""

from __future__ import annotations

import asyncio
import copy
import threading

from promptkit.errors import AuthenticationError, BackendError, PromptkitError, UnknownModel
from promptkit.loops import Outcome


def ends_the_run(error: PromptkitError) -> bool:
    """Whether no other call would fare better: a refused key, an unknown model, or anything but a model's failure.

    A `BackendError` of another kind is what befell one call.
    """
    return isinstance(error, (UnknownModel, AuthenticationError)) or not isinstance(error, BackendError)


class Stop:
    """Shared by the wrappers of a run: once called none of them sends anything, and whoever waits gets the reason.

    Calls in flight have some time to end by themselves (see `Silence`). Everyone gets a copy of the reason, to which
    strategies add their own completions.

    Attributes:
        reason: why; `None` until it is called.
    """

    def __init__(self) -> None:
        self.reason: PromptkitError | None = None
        self._lock = threading.RLock()  # entered again when a signal, or the garbage collector, comes in between
        self._waiting: set[Outcome[int]] = set()

    def __call__(self, reason: PromptkitError) -> None:
        """Stop, from any thread; the first reason stays."""
        with self._lock:
            self.reason = self.reason or reason
            waiting = list(self._waiting)
        for outcome in waiting:
            outcome.set(0)

    def check(self) -> None:
        """Raise the reason when there is one."""
        if self.reason:
            raise copy.copy(self.reason) from self.reason.__cause__

    async def until(self, outcome: Outcome[int]) -> int:
        """The value of `outcome`, or the reason raised as soon as there is one."""
        with self._lock:
            self._waiting.add(outcome)
        try:
            self.check()
            value = await outcome.get()
        finally:
            with self._lock:
                self._waiting.discard(outcome)
        self.check()
        return value

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds`, or raise the reason as soon as there is one."""
        over = Outcome[int]()
        timer = asyncio.get_running_loop().call_later(seconds, over.set, 1)
        try:
            await self.until(over)
        finally:
            timer.cancel()
