"""As many calls at the same time as the model takes, none while it answers nothing."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import nullcontext

from promptkit.backend import Model
from promptkit.errors import BackendError, PromptkitError, RateLimited, Unavailable, UsageError
from promptkit.per_loop import PerLoop
from promptkit.streaming import muted
from promptkit.types import Completion, Prompt
from promptkit.wrappers.deadline import time_stands_still
from promptkit.wrappers.outage import CONTROL, Outage, Patience, is_there, own_failure, seconds_until_probe
from promptkit.wrappers.pace import Pace
from promptkit.wrappers.silence import Silence
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.wrapper import Wrapper

LONGEST_PAUSE = 4  # as long as after so many failed probes, some 5 s: whoever pauses does not see that it is in vain
START = 8  # places of a model behind an address, before it has answered


class Limit(Wrapper):
    """Has at most `concurrency` calls in flight, and fewer when the model refuses; the others wait their turn.

    A model behind an address starts with 8 places. They grow while it answers, and become fewer when it refuses (429).
    When it asks to wait, no call is sent until then; when little is left of a quota it tells, calls are spread out
    before it refuses. A model in this process has all places from the start; of one that writes few replies at
    the same time (`parallel`), twice that number is asked at most, since what waits inside it can't be stopped.

    With `patience`, calls are held back while the model answers nothing at all, and it goes on by itself afterwards
    (see `Outage`): then what fails in the meantime fails for nobody. A call that is silent for far longer than others
    took is left (see `Silence`).

    Inside a `Retry`, a call that waits to be tried again leaves its place to others; outside, it keeps it.

    Args:
        backend: the model.
        concurrency: the most calls in flight.
        patience: how an outage is waited out; `None` raises every failure as it comes.
        stop: wakes the calls that wait, when nothing more is to be sent; those in flight are not waited for much longer
            than others took.

    Raises:
        UsageError: `concurrency` is not positive.
    """

    _shown = ("concurrency",)

    def __init__(
        self, backend: Model, concurrency: int, *, patience: Patience | None = None, stop: Stop | None = None
    ) -> None:
        super().__init__(backend)
        if concurrency < 1:
            raise UsageError(f"concurrency must be at least 1, got {concurrency}")
        self.concurrency = concurrency
        self.patience = patience
        self.stop = stop or Stop()
        self._queues = PerLoop(self._queue)

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask when there is a place.

        Raises:
            ModelDown: with `patience`: nothing was answered for too long.
            PromptkitError: the reason to stop, when there is one before the call was sent; or as the model raised it.
        """
        queue, first, failures, failure = self._queues.get(), 0, 0, None
        while True:
            number = queue.place() or await queue.turn()
            if queue.asks_control(number):
                if await self._control(queue, number) and failure:
                    raise own_failure(failure)
                continue
            first = first or number
            try:
                answer = await queue.silence.ask(self.backend, prompt)
            except BackendError as error:
                raised, failure = queue.failed(first, number, prompt, error), error
                if raised:
                    raise raised from error.__cause__
                with time_stands_still():  # or an answer to another call would let it be sent again at once
                    await self.stop.sleep(seconds_until_probe(min(failures, LONGEST_PAUSE)))
                failures += 1
            except BaseException:
                queue.withdrawn(number)
                raise
            else:
                queue.answered(number, prompt, answer)
                return answer

    async def _control(self, queue: _Queue, number: int) -> bool:
        """Send the control question as the call `number`; whether it was answered."""
        try:
            with muted():
                answer = await queue.silence.ask(self.backend, CONTROL)
        except BackendError as error:
            raised = queue.failed(number, number, CONTROL, error)
            if raised is None or isinstance(raised, (RateLimited, Unavailable)):
                return False  # as for any probe
            if is_there(error):
                return True
            raise raised from error.__cause__
        except BaseException:
            queue.withdrawn(number)
            raise
        queue.answered(number, CONTROL, answer)
        return True

    def _queue(self) -> _Queue:
        remote = self.endpoint.startswith(("http://", "https://"))
        most = min(self.concurrency, 2 * self.parallel) if self.parallel else self.concurrency
        pace = Pace(START if remote else most, most)
        silent_seconds = self.patience.silent_seconds if self.patience and remote else None
        return _Queue(self.name, pace, self.patience, Silence(self.name, silent_seconds, self.stop), self.stop)


class _Queue:
    """The calls that wait in one event loop, first come first served. Its clock is the loop's."""

    def __init__(self, model: str, pace: Pace, patience: Patience | None, silence: Silence, stop: Stop) -> None:
        self.loop = asyncio.get_running_loop()
        self.pace = pace
        self.silence = silence
        self._outage = Outage(model, patience, stop, self._give_up) if patience else None
        self._stop = stop
        self._waiting: deque[asyncio.Future[int]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def place(self) -> int:
        """The number of a call that may be sent at once, or 0."""
        return 0 if self._waiting or self._opens_at() > self.loop.time() else self._take()

    async def turn(self) -> int:
        """Wait for a place; the number of the call.

        Raises:
            PromptkitError: none will come, or not now.
        """
        while True:
            if self._outage:
                self._outage.check()
            turn: asyncio.Future[int] = self.loop.create_future()
            self._waiting.append(turn)
            self._admit()
            try:
                held = self._outage is not None and self._outage.trouble is not None
                with time_stands_still() if held else nullcontext():
                    number = await self._stop.until(turn)
            except BaseException:
                if turn.done() and not turn.cancelled() and (number := turn.result()):
                    self.withdrawn(number)  # its turn came at the same moment
                else:
                    self._admit()
                raise
            if number:
                return number

    def asks_control(self, number: int) -> bool:
        """Whether the call `number` is to send the control question."""
        return self._outage is not None and self._outage.asks_control(number)

    def answered(self, number: int, prompt: Prompt, answer: Completion) -> None:
        """Note the answer to `prompt`, the call `number`."""
        self.pace.answered(number, answer.usage, answer.quotas, self.loop.time())
        if self._outage:
            self._outage.answered(number, prompt)
        if self._waiting:
            self._admit()

    def failed(self, first: int, number: int, prompt: Prompt, error: BackendError) -> PromptkitError | None:
        """Note the failure of the call `number`; what to raise, or nothing when it is to wait for its turn again."""
        self.pace.failed(number, error, self.loop.time())
        raised: PromptkitError | None = error
        if self._outage:
            begun, confirmed = self._outage.trouble is not None, self._outage.confirmed
            raised = self._outage.failed(first, number, prompt, error, self.pace.not_before)
            if self._outage.trouble and begun:  # one failure alone is no reason to ask less
                self.pace.lose()
            if self._outage.confirmed and not confirmed:
                self.pace.lose_all()
                self._wake_all()  # whoever waited for a turn now waits for the model
        self._admit()
        return raised

    def withdrawn(self, number: int) -> None:
        """Note that the call `number` ended without a result: cancelled, or with an error that is not the model's."""
        self.pace.withdraw()
        if self._outage:
            self._outage.withdrawn(number)
        self._admit()

    def _opens_at(self) -> float:
        """When the next call may be sent; never while all places are taken, or when nothing more is to be sent."""
        if self._stop.reason or (self._outage and self._outage.down):
            return math.inf
        if self._outage and self._outage.trouble:
            return max(self.pace.not_before, self._outage.next_probe)
        return self.pace.not_before if self.pace.has_place else math.inf

    def _take(self) -> int:
        number = self.pace.send(self.loop.time())
        if self._outage:
            self._outage.sent(number)
        return number

    def _admit(self) -> None:
        """Give places to those who wait, or come back when the next call may be sent."""
        while self._waiting and (self._waiting[0].done() or self._opens_at() <= self.loop.time()):
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(self._take())
        if self._waiting and (opens := self._opens_at()) < math.inf:
            if self._timer and self._timer.when() > opens:
                self._timer.cancel()
                self._timer = None
            self._timer = self._timer or self.loop.call_at(opens, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self._admit()

    def _give_up(self) -> None:
        self.silence.end()
        self._wake_all()

    def _wake_all(self) -> None:
        """Let all who wait look again what they wait for."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(0)
