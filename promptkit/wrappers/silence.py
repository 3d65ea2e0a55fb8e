"""Calls of which nothing is heard for far longer than others took to be answered: they are left, to be asked again."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from promptkit.backend import Model
from promptkit.errors import Stopped, TimedOut
from promptkit.loops import loop_time, restore
from promptkit.streaming import delta_stream
from promptkit.types import Completion, Prompt
from promptkit.wrappers.stop import Stop

SILENT_SECONDS = 60.0
TIMES = 5  # as long as the slowest of the last answers; honest replies of one model seldom differ as much
REMEMBERED = 100  # answers; one that was slow long ago says nothing about now
ENOUGH = 10  # answers; before, a model may merely be slow
DRAIN_SECONDS = 10.0  # that calls in flight have at the end of a run, or as long as the slowest of the last took
_EVERY = 1.0  # seconds between two looks at the calls in flight


@dataclass(eq=False, slots=True)
class _Call:
    timeout: asyncio.Timeout
    started: float
    prompt: Prompt
    streamed: bool
    answers: int


_asked: ContextVar[_Call | None] = ContextVar("promptkit_asked", default=None)


@contextmanager
def not_sent() -> Iterator[None]:
    """Inside the block, the call that a `Silence` is around counts as not sent yet: nothing can be heard of it."""
    call = _asked.get()
    if call is None:
        yield
        return
    call.started = math.inf
    try:
        yield
    finally:
        call.started = loop_time()


@dataclass(eq=False, slots=True)
class _Watched:
    """The calls in flight of one loop, and when it looks at them."""

    calls: set[_Call] = field(default_factory=set)
    timer: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class _Left:
    """What is known of a prompt that was left: the number of answers when it was first sent, and how patient to be."""

    answers: int
    doubled: int = 0


class Silence:
    """Asks a model, and leaves a call that is silent for too long, with `TimedOut`: in any event loops.

    Too long is `seconds`, and 5 times as long as the slowest of the last 100 answers took: the longer of both. Before
    10 were answered it is 5 times `seconds`, since nothing is known of a model that merely thinks for minutes. A prompt
    that was left while others were answered has twice as long the next time, so that one that honestly needs it is
    answered in the end.

    Once `stop` is called, or the model is given up, calls in flight have 10 seconds, or as long as the slowest of the
    last answers took. So the end of a run does not wait for a server that has fallen silent.

    A stream is not watched here while a run lasts: its model sees the signs of life in it.
    """

    def __init__(self, model: str, seconds: float | None, stop: Stop) -> None:
        self._model, self._seconds, self._stop = model, seconds, stop
        self._watched: dict[asyncio.AbstractEventLoop, _Watched] = {}
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._answers = 0
        self._left: dict[Prompt, _Left] = {}  # those that were not answered since
        self._ended_at = math.inf

    async def ask(self, model: Model, prompt: Prompt) -> Completion:
        """The model's answer to `prompt`.

        Raises:
            TimedOut: nothing was heard for too long.
            Stopped: the run is to end, and does not wait for this call any longer.
            PromptkitError: as the model raised it.
        """
        try:
            async with asyncio.timeout(None) as timeout:
                streamed = delta_stream(self._model) is not None
                call = _Call(timeout, loop_time(), prompt, streamed, self._answers)
                watched = self._in_this_loop()
                watched.calls.add(call)
                watched.timer = watched.timer or asyncio.get_running_loop().call_later(_EVERY, self._look, watched)
                token = _asked.set(call)
                try:
                    answer = await model.complete(prompt)
                finally:
                    restore(_asked, token)
                    watched.calls.remove(call)
        except TimeoutError:
            if not timeout.expired():
                raise
            raise self._reason(call) from None
        self._answers += 1
        self._took.append(loop_time() - call.started)
        if self._left:
            self._left.pop(prompt, None)
        return answer

    def end(self) -> None:
        """Wait for no call much longer than the slowest of the last answers took."""
        self._ended_at = min(self._ended_at, loop_time())

    def _reason(self, call: _Call) -> TimedOut | Stopped:
        if self._stop.reason:
            return Stopped(f"{self._model} had not answered when the run had to end")
        left = self._left.setdefault(call.prompt, _Left(call.answers))
        left.doubled += self._answers > left.answers  # otherwise it may be the server that is silent
        silent = f"{self._model} was silent for {max(0.0, loop_time() - call.started):.0f} s"
        known = f", and answered other calls within {max(self._took):.0f} s" if self._took else ""
        return TimedOut(f"{silent}{known}; raise `silent_seconds` when it needs as long", model=self._model)

    def _in_this_loop(self) -> _Watched:
        loop = asyncio.get_running_loop()
        if loop not in self._watched:
            for closed in [other for other in list(self._watched) if other.is_closed()]:
                self._watched.pop(closed, None)
        return self._watched.setdefault(loop, _Watched())

    def _look(self, watched: _Watched) -> None:
        """End the calls of this loop that took too long, and look again later while there are any."""
        now, slowest = loop_time(), max(self._took, default=0.0)
        if self._stop.reason:
            self.end()
        drained = self._ended_at + max(DRAIN_SECONDS, slowest)
        for call in watched.calls:
            if now >= min(call.started + self._allowed(call, slowest), drained) and not call.timeout.expired():
                call.timeout.reschedule(now)
        again = asyncio.get_running_loop().call_later
        watched.timer = again(_EVERY, self._look, watched) if watched.calls else None

    def _allowed(self, call: _Call, slowest: float) -> float:
        if self._seconds is None or call.streamed:
            return math.inf
        usual = max(self._seconds, TIMES * slowest) if len(self._took) >= ENOUGH else TIMES * self._seconds
        left = self._left.get(call.prompt)
        return usual * 2**left.doubled if left else usual
