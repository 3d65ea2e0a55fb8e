"""The end of a run: nothing more is sent, and why."""

from __future__ import annotations

import asyncio
import copy

from promptkit.errors import AuthenticationError, BackendError, PromptkitError, UnknownModel


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
        self._waiting: set[asyncio.Future[int]] = set()

    def __call__(self, reason: PromptkitError) -> None:
        """Stop. Call it in the event loop; the first reason stays."""
        self.reason = self.reason or reason
        for future in self._waiting:
            if not future.done():
                future.set_result(0)

    def check(self) -> None:
        """Raise the reason when there is one."""
        if self.reason:
            raise copy.copy(self.reason) from self.reason.__cause__

    async def until(self, future: asyncio.Future[int]) -> int:
        """The result of `future`, or the reason raised as soon as there is one."""
        self.check()
        self._waiting.add(future)
        try:
            result = await future
        finally:
            self._waiting.discard(future)
        self.check()
        return result

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds`, or raise the reason as soon as there is one."""
        loop = asyncio.get_running_loop()
        over: asyncio.Future[int] = loop.create_future()
        timer = loop.call_later(seconds, _set, over)
        try:
            await self.until(over)
        finally:
            timer.cancel()


def _set(future: asyncio.Future[int]) -> None:
    if not future.done():
        future.set_result(1)
