"""The calls that wait for a place at a model: which goes next, and when."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import math
import threading
from asyncio import AbstractEventLoop as Loop
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from promptkit.errors import BackendError, PromptkitError
from promptkit.loops import CHECK_SECONDS, Outcome, current_loop, goes_on, loop_time, restore
from promptkit.types import Completion, Prompt
from promptkit.wrappers.deadline import time_stands_still
from promptkit.wrappers.outage import Outage, Patience
from promptkit.wrappers.pace import Pace
from promptkit.wrappers.silence import Silence
from promptkit.wrappers.stop import Stop

_rank: ContextVar[int] = ContextVar("promptkit_rank", default=0)


@contextmanager
def ranked(rank: int) -> Iterator[None]:
    """Calls of the block, and of tasks that it starts, go before those that wait with a higher rank.

    A run gives each item one, so that what was begun is finished first: one that is stopped then has whole attempts.
    """
    token = _rank.set(rank)
    try:
        yield
    finally:
        restore(_rank, token)


class _Turn(Outcome[int]):
    """A call that waits: for its number, or for 0 when it is to look again what it waits for."""

    __slots__ = ("loop", "number", "place")

    def __init__(self, rank: int, arrival: int) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.number: int | None = None  # known here before its task wakes
        self.place = (rank, arrival)

    def __lt__(self, other: _Turn) -> bool:
        return self.place < other.place

    def give(self, number: int) -> None:
        self.number = number
        self.set(number)


class Queue:
    """The calls that wait in any event loop of this process: by their rank, and of one rank first come first served.

    Its clock is that of the loops.

    A loop may end, or stand still, while its calls are in flight: their places are given to calls of other loops, which
    look for such loops as long as they wait.
    """

    def __init__(self, model: str, pace: Pace, patience: Patience | None, silence: Silence, stop: Stop) -> None:
        self.pace = pace
        self.silence = silence
        self._lock = threading.RLock()  # entered again when a coroutine is garbage collected, or ends, in between
        self._outage = Outage(model, patience, stop, self._give_up) if patience else None
        self._stop = stop
        self._waiting: list[_Turn] = []  # a heap
        self._arrivals = 0
        self._newest = 0  # the highest rank that came
        self._waiting_in: Counter[Loop] = Counter()
        self._in_flight: dict[int, Loop] = {}
        self._in_flight_in: Counter[Loop] = Counter()
        self._timers: dict[Loop, asyncio.TimerHandle] = {}

    def place(self) -> int:
        """The number of a call that may be sent at once, or 0."""
        loop = asyncio.get_running_loop()
        with self._lock:
            return 0 if self._waiting or self._opens_at() > loop.time() else self._take(loop)

    async def turn(self, *, again: bool = False) -> int:
        """Wait for a place; the number of the call. One that failed comes `again`: behind all that wait now.

        Raises:
            PromptkitError: none will come, or not now.
        """
        while True:
            with self._lock:
                self._arrivals += 1
                self._newest = max(self._newest, _rank.get())
                turn = _Turn(self._newest if again else _rank.get(), self._arrivals)
                if self._outage:
                    self._outage.check(turn.loop.time())
                heapq.heappush(self._waiting, turn)
                self._waiting_in[turn.loop] += 1
                self._reclaim()
                self._admit()
                held = self._outage is not None and self._outage.trouble is not None
            try:
                with time_stands_still() if held else nullcontext():
                    number = await self._stop.until(turn)
            except BaseException:
                self._leave(turn)
                raise
            if number in self._in_flight:  # and was not reclaimed before this task woke
                return number

    def asks_control(self, number: int) -> bool:
        """Whether the call `number` is to send the control question."""
        return self._outage is not None and self._outage.asks_control(number)

    def answered(self, number: int, prompt: Prompt, answer: Completion) -> None:
        """Note the answer to `prompt`, the call `number`."""
        with self._lock:
            self._landed(number)
            self.pace.answered(number, answer.usage, answer.quotas, loop_time())
            if self._outage:
                self._outage.answered(number, prompt)
            if self._waiting:
                self._admit()

    def failed(self, first: int, number: int, prompt: Prompt, error: BackendError) -> PromptkitError | None:
        """Note the failure of the call `number`; what to raise, or nothing when it is to wait for its turn again."""
        with self._lock:
            now = loop_time()
            self._landed(number)
            self.pace.failed(number, error, now)
            raised: PromptkitError | None = error
            if self._outage:
                begun, confirmed = self._outage.trouble is not None, self._outage.confirmed
                raised = self._outage.failed(first, number, prompt, error, self.pace.not_before, now)
                if self._outage.trouble and begun:  # one failure alone is no reason to ask less
                    self.pace.lose()
                if self._outage.confirmed and not confirmed:
                    self.pace.lose_all()
                    self._wake_all()  # whoever waited for a turn now waits for the model
            self._admit()
            return raised

    def withdrawn(self, number: int) -> None:
        """Note that the call `number` ended without a result: cancelled, or with an error that is not the model's."""
        with self._lock:
            if number in self._in_flight:
                self._withdraw(number)
                self._admit()

    def _leave(self, turn: _Turn) -> None:
        """Let a call that waits go; its number may have come at the same moment."""
        with self._lock:
            if turn.number:
                self.withdrawn(turn.number)
            else:
                turn.number = 0
                self._admit()

    def _landed(self, number: int) -> None:
        """Take the call `number` for one that is no longer in flight; `pace` counts it down."""
        loop = self._in_flight.pop(number, None)
        if loop is None:
            self.pace.in_air += 1  # its place was reclaimed, and its loop went on after all
        else:
            self._in_flight_in[loop] -= 1
            if not self._in_flight_in[loop]:
                del self._in_flight_in[loop]

    def _withdraw(self, number: int) -> None:
        self._landed(number)
        self.pace.withdraw()
        if self._outage:
            self._outage.withdrawn(number)

    def _reclaim(self) -> None:
        """Take back the places of calls whose loop does not go on."""
        for loop in [loop for loop in self._in_flight_in if not goes_on(loop)]:
            for number in [number for number, of in self._in_flight.items() if of is loop]:
                self._withdraw(number)
        for loop in [loop for loop in self._timers if loop.is_closed()]:
            del self._timers[loop]

    def _opens_at(self) -> float:
        """When the next call may be sent; never while all places are taken, or when nothing more is to be sent."""
        if self._stop.reason or (self._outage and self._outage.down):
            return math.inf
        if self._outage and self._outage.trouble:
            return max(self.pace.not_before, self._outage.next_probe)
        return self.pace.not_before if self.pace.has_place else math.inf

    def _take(self, loop: Loop) -> int:
        number = self.pace.send(loop_time())
        if self._outage:
            self._outage.sent(number)
        self._in_flight[number] = loop
        self._in_flight_in[loop] += 1
        if self._in_flight_in[loop] == 1:
            self._watch(loop)
        return number

    def _watch(self, loop: Loop) -> None:
        """Let the other loops in which calls wait look whether this one goes on."""
        for other in [other for other in self._waiting_in if other is not loop and other not in self._timers]:
            with contextlib.suppress(RuntimeError):  # it is closed
                other.call_soon_threadsafe(self._look)

    def _admit(self) -> None:
        """Give places to those who wait, or come back when the next call may be sent."""
        now, here = loop_time(), current_loop()
        while self._waiting and (self._waiting[0].number is not None or self._opens_at() <= now):
            turn = self._next()
            if turn.number is not None:
                continue
            if turn.loop is here or goes_on(turn.loop):
                turn.give(self._take(turn.loop))
            else:
                turn.give(0)  # it queues again when its loop goes on
        if here is not None:
            self._come_back(here)

    def _come_back(self, here: Loop) -> None:
        """Look again in this loop when time changes something for the calls that wait in it, or for all."""
        when = self._outage.ends_at if self._outage else math.inf
        if here in self._waiting_in:
            when = min(when, self._opens_at())
            if any(loop is not here for loop in self._in_flight_in):
                when = min(when, here.time() + CHECK_SECONDS)
        if when == math.inf:
            return
        timer = self._timers.get(here)
        if timer and timer.when() > when:
            timer.cancel()
            timer = None
        self._timers[here] = timer or here.call_at(when, self._look)

    def _look(self) -> None:
        """See what time has changed."""
        with self._lock:
            if timer := self._timers.pop(asyncio.get_running_loop(), None):
                timer.cancel()
            if self._outage:
                self._outage.end_patience(loop_time())
            self._reclaim()
            self._admit()

    def _give_up(self) -> None:
        self.silence.end()
        self._wake_all()

    def _wake_all(self) -> None:
        """Let all who wait look again what they wait for."""
        while self._waiting:
            turn = self._next()
            if turn.number is None:
                turn.give(0)

    def _next(self) -> _Turn:
        turn = heapq.heappop(self._waiting)
        self._waiting_in[turn.loop] -= 1
        if not self._waiting_in[turn.loop]:
            del self._waiting_in[turn.loop]
        return turn
