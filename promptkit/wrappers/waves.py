"""Calls that wait are submitted together: when nothing else goes on, as one wave of batches."""

from __future__ import annotations

import asyncio
import copy
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from promptkit.backend import Model
from promptkit.batch_api import BatchApi, BatchCall, BatchResult
from promptkit.errors import BackendError, PromptkitError, RateLimited, StillWaiting, Unavailable
from promptkit.loops import Outcome
from promptkit.record.batches import BatchLedger, RecordedBatch
from promptkit.record.identity import call_key
from promptkit.types import Completion, Prompt
from promptkit.wrappers.batch_desk import BatchDesk
from promptkit.wrappers.stop import Stop

QUIET_SECONDS = 0.5  # when for so long nothing new was asked, all that can be asked for waits
CLOSE_SECONDS = 60.0  # a submission that is under way at the end of a run may take so long


@dataclass(frozen=True, eq=False)
class BatchedModel:
    """A model that is asked by batches.

    Attributes:
        name: `provider/name`.
        endpoint: under which its calls are on record.
        api: how batches are submitted.
    """

    name: str
    endpoint: str
    api: BatchApi

    def key(self, prompt: Prompt) -> str:
        """What identifies a call."""
        return call_key(cast("Model", self), prompt)


class _Waiting:
    """A call that waits: for its answer, for an error, or to learn that it was not answered and may be asked again."""

    __slots__ = ("attempt", "ended", "key", "prompt", "result", "size")

    def __init__(self, key: str, prompt: Prompt, attempt: int, size: int = 0) -> None:
        self.key, self.prompt, self.attempt, self.size = key, prompt, attempt, size
        self.ended = Outcome[int]()
        self.result: BatchResult | BaseException | None = None

    def end(self, result: BatchResult | BaseException) -> None:
        self.result = result
        self.ended.set(1)


class Waves:
    """The calls of a run that wait for batches, and those that are answered at once. All of it is in one event loop.

    When for a moment nothing new is asked and no other call is in flight, whatever waits is submitted.

    Args:
        ledger: where batches are noted before they are sent.
        attempts: how many times a call is submitted at most, that expired or failed for no fault of its own.
        stop: ends the waiting.
        seconds: for how long batches may be waited for when there is nothing else to do; then `stop` is called.
        progress: called with the batches that are worked on, after each change.
    """

    def __init__(
        self,
        ledger: BatchLedger,
        *,
        attempts: int,
        stop: Stop,
        seconds: float | None = None,
        progress: Callable[[Sequence[RecordedBatch]], None] = lambda _batches: None,
    ) -> None:
        self._ledger, self._attempts, self._stop, self._progress = ledger, attempts, stop, progress
        self._seconds = math.inf if seconds is None else seconds
        self._desk = BatchDesk(ledger, stop, self._changed, self._may_wait)
        self._queued: dict[BatchedModel, list[_Waiting]] = {}
        self._live = 0
        self._timer: asyncio.TimerHandle | None = None
        self._asked: dict[str, BatchedModel] = {}  # by the label of a batch, as what follows
        self._waiting: dict[str, dict[str, _Waiting]] = defaultdict(dict)  # then by custom id
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._worked_on: dict[str, RecordedBatch] = {}
        self._at_provider: dict[str, float] = {}  # since when it is known to be worked on there
        self._most: dict[BatchedModel, int] = {}  # calls of a batch, where the provider was full: one after the other
        self._idle: list[Outcome[int]] = []

    @contextmanager
    def live_call(self) -> Iterator[None]:
        """A call that is answered at once: nothing is submitted meanwhile, since its reply may ask for more."""
        self._live += 1
        try:
            yield
        finally:
            self._live -= 1
            self._something_happened()

    async def collect(self, asked: BatchedModel, prompt: Prompt) -> Completion | None:
        """The reply to `prompt` out of a batch that was submitted before; nothing when there is none.

        Raises:
            PromptkitError: the reason to stop, or why there is no reply.
        """
        key = asked.key(prompt)
        earlier = self._ledger.latest(key)
        if earlier is None or self._ledger.batch(earlier.label).step == "lost":
            return None
        waiting = _Waiting(key, prompt, earlier.attempt)
        self._asked[earlier.label] = asked
        self._waiting[earlier.label][earlier.custom_id] = waiting
        result = await self._end_of(waiting)
        if result.error and not isinstance(result.error, (RateLimited, Unavailable)):
            raise copy.copy(result.error)
        return result.answer

    async def ask(self, asked: BatchedModel, prompt: Prompt) -> Completion:
        """The reply to `prompt`, out of the next wave.

        Raises:
            PromptkitError: the reason to stop, or why there is no reply.
        """
        key, size = asked.key(prompt), asked.api.size(prompt)
        earlier = self._ledger.latest(key)
        attempt, left = earlier.attempt if earlier else 0, self._attempts
        while True:
            attempt, left = attempt + 1, left - 1
            waiting = _Waiting(key, prompt, attempt, size)
            self._queued.setdefault(asked, []).append(waiting)
            result = await self._end_of(waiting)
            if result.answer:
                return result.answer
            if result.why == _FULL:
                left += 1
            elif result.error and not isinstance(result.error, (RateLimited, Unavailable)):
                raise copy.copy(result.error)
            if not left:
                fact = f"{asked.name} did not answer in {self._attempts} batches, in the last one {result.why}"
                raise copy.copy(result.error) if result.error else Unavailable(fact, model=asked.name)

    async def idle(self) -> None:
        """Wait until nothing is queued or worked on any more.

        Raises:
            PromptkitError: the reason to stop.
        """
        idle = Outcome[int]()
        self._idle.append(idle)
        self._something_happened()
        await self._stop.until(idle)

    async def aclose(self) -> None:
        """Let submissions under way end, and look after batches no more: they stay with the provider, known on disk."""
        if self._timer:
            self._timer.cancel()
        if self._tasks:
            _, left = await asyncio.wait(self._tasks.values(), timeout=CLOSE_SECONDS)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    async def _end_of(self, waiting: _Waiting) -> BatchResult:
        self._something_happened()
        try:
            await self._stop.until(waiting.ended)
        except PromptkitError:
            if waiting.result is None:
                raise
        if isinstance(waiting.result, BaseException):
            raise copy.copy(waiting.result)
        return cast("BatchResult", waiting.result)

    def _something_happened(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._quiet)

    def _quiet(self) -> None:
        """Submit what waits, and look after the batches that something is waited for."""
        self._timer = None
        if self._live or self._stop.reason:
            return
        for label in [label for label, waiting in self._waiting.items() if waiting and label not in self._tasks]:
            self._work_on(self._asked[label], self._ledger.batch(label))
        for asked in list(self._queued):
            self._submit(asked)
        if not self._tasks and not self._queued:
            for idle in self._idle:
                idle.set(1)

    def _submit(self, asked: BatchedModel) -> None:
        calls, most = self._queued.pop(asked), self._most.get(asked)
        for part in _parts(asked.api, calls, most):
            if most and any(self._asked[label] is asked for label in self._tasks):
                self._queued.setdefault(asked, []).extend(part)
            else:
                self._begin(asked, part)

    def _begin(self, asked: BatchedModel, part: list[_Waiting]) -> None:
        """Note one batch, and have it submitted."""
        try:
            batch, ids = self._ledger.prepare(asked.name, asked.endpoint, [(one.key, one.attempt) for one in part])
        except PromptkitError as error:
            for one in part:
                one.end(error)
            return
        self._asked[batch.label] = asked
        self._waiting[batch.label] = dict(zip(ids, part, strict=True))
        self._work_on(
            asked, batch, [BatchCall(custom_id, one.prompt) for custom_id, one in zip(ids, part, strict=True)]
        )

    def _work_on(self, asked: BatchedModel, batch: RecordedBatch, calls: Sequence[BatchCall] = ()) -> None:
        task = asyncio.ensure_future(self._look_after(asked, batch, calls))
        self._tasks[batch.label] = task
        self._changed(batch)
        task.add_done_callback(lambda _: self._done(batch.label))

    def _done(self, label: str) -> None:
        for known in (self._tasks, self._worked_on, self._at_provider):
            known.pop(label, None)
        self._progress(tuple(self._worked_on.values()))
        self._something_happened()

    async def _look_after(self, asked: BatchedModel, batch: RecordedBatch, calls: Sequence[BatchCall]) -> None:
        """Submit, wait for the end, and hand out the results; whoever waits is told what failed."""
        try:
            await self._through(asked, batch, calls)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            if isinstance(error, BackendError) and calls and not self._ledger.batch(batch.label).name:
                self._ledger.keep(batch._replace(step="lost", told=str(error)))
            self._end_all(batch.label, error)

    async def _through(self, asked: BatchedModel, batch: RecordedBatch, calls: Sequence[BatchCall]) -> None:
        if not batch.name:
            api = asked.api
            batch = await (self._desk.submitted(api, batch, calls) if calls else self._desk.found(api, batch))
        if batch.step == "submitted":
            batch, state = await self._desk.ended(asked.api, batch)
            if state == "full":
                self._most[asked] = max(1, batch.calls // 2) if self._is_alone(asked) else batch.calls
                self._end_all(batch.label, BatchResult("", why=_FULL))
        self._at_provider.pop(batch.label, None)
        if batch.step == "lost":
            self._end_all(batch.label, BatchResult("", why="never submitted"))
            return
        waiting = self._waiting[batch.label]
        prompts = {custom_id: one.prompt for custom_id, one in waiting.items()}
        async for result in self._desk.results(asked.api, batch, prompts):
            waiting.pop(result.custom_id).end(result)

    def _is_alone(self, asked: BatchedModel) -> bool:
        return sum(self._asked[label] is asked for label in self._tasks) == 1

    def _end_all(self, label: str, result: BatchResult | BaseException) -> None:
        for waiting in self._waiting.pop(label, {}).values():
            waiting.end(result)

    def _changed(self, batch: RecordedBatch) -> None:
        self._worked_on[batch.label] = batch
        self._progress(tuple(self._worked_on.values()))

    def _may_wait(self, label: str) -> float:
        """For how long a batch may be waited for: until the time is over in which there is nothing else to do."""
        now = asyncio.get_running_loop().time()
        self._at_provider.setdefault(label, now)
        busy = self._timer or self._live or self._queued or len(self._at_provider) < len(self._tasks)
        if self._seconds == math.inf or busy:
            return math.inf
        left = max(self._at_provider.values()) + self._seconds - now
        if left <= 0:
            waiting = sum(len(calls) for calls in self._waiting.values())
            batches = "1 batch" if len(self._tasks) == 1 else f"{len(self._tasks)} batches"
            self._stop(StillWaiting(f"{waiting:,} calls wait for {batches} at the provider"))
        return max(0.0, left)


_FULL = "not taken, because the provider was full"


def _parts(api: BatchApi, calls: Sequence[_Waiting], most: int | None) -> Iterator[list[_Waiting]]:
    """The calls in batches that the provider takes; the order is kept."""
    most_calls = min(api.most_calls, most or api.most_calls)
    groups: dict[str, list[_Waiting]] = {}
    for call in calls:
        groups.setdefault(api.kind(call.prompt), []).append(call)
    for group in groups.values():
        part, size = list[_Waiting](), 0
        for call in group:
            if part and (len(part) == most_calls or size + call.size > api.most_bytes):
                yield part
                part, size = [], 0
            part.append(call)
            size += call.size
        yield part
