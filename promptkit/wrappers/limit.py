"""As many calls at the same time as the model takes, none while it answers nothing."""

from __future__ import annotations

import threading

from promptkit.arguments import require_type
from promptkit.backend import Model
from promptkit.errors import BackendError, RateLimited, Unavailable, UsageError
from promptkit.streaming import muted
from promptkit.types import Completion, Prompt
from promptkit.wrappers.deadline import time_stands_still
from promptkit.wrappers.outage import CONTROL, Patience, is_there, own_failure, seconds_until_probe
from promptkit.wrappers.pace import Pace
from promptkit.wrappers.queue import Queue
from promptkit.wrappers.silence import Silence
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.wrapper import Wrapper

LONGEST_PAUSE = 4  # as long as after so many failed probes, some 5 s: whoever pauses does not see that it is in vain
START = 8  # places of a model behind an address, before it has answered


class Limit(Wrapper):
    """Has at most `concurrency` calls in flight, and fewer when the model refuses; the others wait their turn.

    They are counted for the process: all event loops and threads that share the limit together.

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
        TypeError: it is not a number.
    """

    _shown = ("concurrency",)

    def __init__(
        self, backend: Model, concurrency: int, *, patience: Patience | None = None, stop: Stop | None = None
    ) -> None:
        super().__init__(backend)
        require_type("concurrency", concurrency, "a whole number")
        if concurrency < 1:
            raise UsageError(f"concurrency must be at least 1, got {concurrency}")
        self.concurrency = concurrency
        self.patience = patience
        self.stop = stop or Stop()
        self._queue: Queue | None = None  # made with the first call: an endpoint may be expensive to compute
        self._making = threading.Lock()

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask when there is a place.

        Raises:
            ModelDown: with `patience`: nothing was answered for too long.
            PromptkitError: the reason to stop, when there is one before the call was sent; or as the model raised it.
        """
        queue, first, failures, failure = self._queue or self._make_queue(), 0, 0, None
        while True:
            number = queue.place() or await queue.turn(again=first > 0)
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

    async def _control(self, queue: Queue, number: int) -> bool:
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

    def _make_queue(self) -> Queue:
        remote = self.endpoint.startswith(("http://", "https://"))
        most = min(self.concurrency, 2 * self.parallel) if self.parallel else self.concurrency
        with self._making:
            if self._queue is None:
                pace = Pace(START if remote else most, most)
                silent_seconds = self.patience.silent_seconds if self.patience and remote else None
                silence = Silence(self.name, silent_seconds, self.stop)
                self._queue = Queue(self.name, pace, self.patience, silence, self.stop)
            return self._queue
