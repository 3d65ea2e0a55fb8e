"""What calls cost together: each is reserved before it is sent, and settled when it has ended."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop as Loop
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import RLock
from typing import Literal

from promptkit.loops import CHECK_SECONDS, Outcome, goes_on, restore
from promptkit.wrappers.silence import not_sent
from promptkit.wrappers.stop import Stop

_sending: ContextVar[tuple[Spent, ...]] = ContextVar("promptkit_sending", default=())


class Spent:
    """What was sent and what it cost, of all budgets that share it, in any event loops and threads.

    Attributes:
        calls: how many were sent.
        usd: what they cost, in US dollars, as far as they have ended.
        reserved_usd: what those in flight cost at most.
    """

    def __init__(self, calls: int = 0, usd: float = 0.0) -> None:
        self.calls, self.usd, self.reserved_usd = calls, usd, 0.0
        self._lock = RLock()  # entered again when a coroutine is garbage collected inside
        self._in_flight: Counter[Loop] = Counter()
        self._waiting: deque[_Turn] = deque()

    def __repr__(self) -> str:
        return f"Spent(calls={self.calls}, usd={self.usd}, reserved_usd={self.reserved_usd})"

    async def reserve(self, most: float, max_cost: float | None, max_calls: int | None, stop: Stop) -> bool:
        """Reserve `most` dollars for a call within the limits, and count it as sent; whether there is room.

        Where it would fit once calls in flight have ended, it waits for them, first come first served. There is no room
        where nothing in flight could make some, as for more calls than `max_calls`.

        Raises:
            PromptkitError: the reason to stop, when there is one while it waits.
        """
        with self._lock:
            found = self._room(most, max_cost, max_calls)
        if found != "later":
            return found == "taken"
        turn = _Turn(asyncio.get_running_loop())
        with self._lock:
            self._waiting.append(turn)
        try:
            with not_sent():
                while True:
                    with self._lock:
                        turn.woken = Outcome()
                        found = self._room(most, max_cost, max_calls, turn)
                        alone = not self._others(turn.loop)
                    if found != "later":
                        return found == "taken"
                    await turn.wait(stop, None if alone else CHECK_SECONDS)
        finally:
            with self._lock:
                self._waiting.remove(turn)
                self._wake()

    def settle(self, reserved: float, cost: float, loop: Loop) -> None:
        """Let a call that was reserved in `loop` have cost this much."""
        with self._lock:
            self.usd += cost
            self._in_flight[loop] -= 1
            if not self._in_flight[loop]:
                del self._in_flight[loop]
            left = self.reserved_usd - reserved
            self.reserved_usd = left if self._in_flight else 0.0  # a sum of floats does not end at 0
            self._wake()

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Inside the block, the call that was reserved is sent: one that it leads to can't wait for its end."""
        token = _sending.set((*_sending.get(), self))
        try:
            yield
        finally:
            restore(_sending, token)

    def _room(
        self, most: float, max_cost: float | None, max_calls: int | None, turn: _Turn | None = None
    ) -> Literal["taken", "later", "never"]:
        """Take the room for a call where it is its turn and there is some."""
        if max_calls is not None and self.calls >= max_calls:
            return "never"
        first = next((one for one in self._waiting if one is turn or goes_on(one.loop)), turn)
        if first is turn and (max_cost is None or self.usd + self.reserved_usd + most <= max_cost):
            self.calls += 1
            self.reserved_usd += most
            self._in_flight[asyncio.get_running_loop()] += 1
            return "taken"
        if any(one is self for one in _sending.get()):
            return "never"
        if first is not turn or any(goes_on(loop) for loop in self._in_flight):
            return "later"
        return "never"

    def _others(self, loop: Loop) -> bool:
        """Whether other loops have a part in it."""
        return any(one is not loop for one in (*self._in_flight, *(turn.loop for turn in self._waiting)))

    def _wake(self) -> None:
        """Let the first who waits look again."""
        for turn in self._waiting:
            turn.woken.set(1)
            if goes_on(turn.loop):
                break


class _Turn:
    """A call that waits for room."""

    __slots__ = ("loop", "woken")

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.woken = Outcome[int]()

    async def wait(self, stop: Stop, seconds: float | None) -> None:
        """Wait until it is to look again, and no longer than `seconds`: of a loop that does not go on nobody hears."""
        timer = self.loop.call_later(seconds, self.woken.set, 1) if seconds else None
        try:
            await stop.until(self.woken)
        finally:
            if timer:
                timer.cancel()
