"""As many calls at the same time as the model takes."""

from __future__ import annotations

import asyncio
from collections import deque

from promptkit.backend import Model
from promptkit.errors import BackendError, UsageError
from promptkit.per_loop import PerLoop
from promptkit.types import Completion, Prompt
from promptkit.wrappers.pace import Pace
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.wrapper import Wrapper

START = 8  # places of a model behind an address, before it has answered


class Limit(Wrapper):
    """Has at most `concurrency` calls in flight, and fewer when the model refuses; the others wait their turn.

    A model behind an address starts with 8 places. They grow while it answers, and become fewer when it refuses (429).
    When it asks to wait, no call is sent until then; when little is left of a quota it tells, calls are spread
    out before it refuses. A model in this process has all places from the start.

    Inside a `Retry`, a call that waits to be tried again leaves its place to others; outside, it keeps it.

    Args:
        backend: the model.
        concurrency: the most calls in flight.
        stop: wakes the calls that wait, when nothing more is to be sent.

    Raises:
        UsageError: `concurrency` is not positive.
    """

    _shown = ("concurrency",)

    def __init__(self, backend: Model, concurrency: int, *, stop: Stop | None = None) -> None:
        super().__init__(backend)
        if concurrency < 1:
            raise UsageError(f"concurrency must be at least 1, got {concurrency}")
        self.concurrency = concurrency
        self.stop = stop or Stop()
        self._queues = PerLoop(self._queue)

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask when there is a place.

        Raises:
            PromptkitError: the reason to stop, when there is one before the call was sent; or as the model raised it.
        """
        queue = self._queues.get()
        number = queue.place() or await queue.turn()
        try:
            answer = await self.backend.complete(prompt)
        except BackendError as error:
            queue.pace.failed(number, error, queue.loop.time())
            raise
        except BaseException:
            queue.pace.withdraw()
            raise
        else:
            queue.pace.answered(number, answer.usage, answer.quotas, queue.loop.time())
            return answer
        finally:
            queue.admit()  # the place is free

    def _queue(self) -> _Queue:
        remote = self.endpoint.startswith(("http://", "https://"))
        return _Queue(Pace(START if remote else self.concurrency, self.concurrency), self.stop)


class _Queue:
    """The calls that wait in one event loop, first come first served. Its clock is the loop's."""

    def __init__(self, pace: Pace, stop: Stop) -> None:
        self.loop = asyncio.get_running_loop()
        self.pace = pace
        self._stop = stop
        self._waiting: deque[asyncio.Future[int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def place(self) -> int:
        """The number of a call that may be sent at once, or 0."""
        now = self.loop.time()
        return self.pace.send(now) if not self._waiting and self.pace.open(now) else 0

    async def turn(self) -> int:
        """Wait for a place; the number of the call."""
        turn: asyncio.Future[int] = self.loop.create_future()
        self._waiting.append(turn)
        self.admit()
        try:
            return await self._stop.until(turn)
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.result():  # its turn came at the same moment
                self.pace.withdraw()
            self.admit()
            raise

    def admit(self) -> None:
        """Give places to those who wait, or come back when the next call may be sent."""
        while self._waiting and (self._waiting[0].done() or self.pace.open(self.loop.time())):
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(self.pace.send(self.loop.time()))
        if self._waiting and not self._timer and self.pace.in_air < self.pace.places:
            self._timer = self.loop.call_at(self.pace.not_before, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self.admit()
