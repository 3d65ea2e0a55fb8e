"""One batch, from its submission to its results: submitted once, found again, asked about now and then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from promptkit.batch_api import BatchApi, BatchCall, BatchResult, BatchState, Found
from promptkit.errors import ModelDown, RateLimited, Unavailable
from promptkit.logs import logger
from promptkit.record.batches import BatchLedger, RecordedBatch
from promptkit.types import Prompt
from promptkit.wrappers.outage import PATIENCE
from promptkit.wrappers.stop import Stop

T = TypeVar("T")
_log = logger("batches")

FIRST_POLL, GROWTH, LONGEST_POLL = 1.0, 1.5, 60.0  # seconds between two questions how far a batch is
SETTLE_SECONDS = 20.0  # so long after it may have been submitted, a batch is sure to be listed


class BatchDesk:
    """Submits batches, one at a time, and looks after them.

    Args:
        ledger: where each step is noted.
        stop: ends the waiting.
        changed: called with a batch after each step.
        may_wait: called with the label of a batch that the provider works on; for how long it may be waited for.
    """

    def __init__(
        self,
        ledger: BatchLedger,
        stop: Stop,
        changed: Callable[[RecordedBatch], None],
        may_wait: Callable[[str], float],
    ) -> None:
        self._ledger, self._stop, self._changed, self._may_wait = ledger, stop, changed, may_wait
        self._submitting = asyncio.Lock()  # one body of up to 256 MB in memory

    async def submitted(self, api: BatchApi, batch: RecordedBatch, calls: Sequence[BatchCall]) -> RecordedBatch:
        """Submit a new one; the batch with its name.

        What gave no clear answer may have been accepted, and is looked for before it is sent again.

        Raises:
            BackendError: the provider refused it.
            ModelDown: it gave no answer for too long.
        """
        in_doubt = False

        async def once() -> str:
            nonlocal in_doubt
            if in_doubt and (found := await self._sought(api, batch)):
                return found
            try:
                return await api.submit(batch.label, calls)
            except Unavailable:
                in_doubt = True
                raise

        async with self._submitting:
            if self._stop.reason:
                self._keep(batch, step="lost", told="never submitted")
                self._stop.check()
            return self._keep(batch, step="submitted", name=await self._patiently(batch, once))

    async def found(self, api: BatchApi, batch: RecordedBatch) -> RecordedBatch:
        """One that was perhaps submitted before: with its name, or lost when it was not.

        Raises:
            BackendError: the provider does not let us look.
        """
        if name := await self._sought(api, batch):
            return self._keep(batch, step="submitted", name=name)
        return self._keep(batch, step="lost", told="never submitted")

    async def _sought(self, api: BatchApi, batch: RecordedBatch) -> str | None:
        """The name of a batch that was perhaps submitted a moment ago."""
        loop, wait = asyncio.get_running_loop(), FIRST_POLL
        until = loop.time() + SETTLE_SECONDS

        async def look() -> Found:
            return await api.find(batch.label, batch.calls, batch.made, self._ledger.names())

        while True:
            found = await self._patiently(batch, look)
            if found.name or not (found.open or loop.time() < until):
                return found.name
            await self._stop.sleep(min(wait, self._may_wait(batch.label)) if found.open else wait)
            wait = min(wait * GROWTH, LONGEST_POLL)

    async def ended(self, api: BatchApi, batch: RecordedBatch) -> tuple[RecordedBatch, BatchState]:
        """Wait until it is known what became of its calls.

        Raises:
            PromptkitError: the reason to stop.
        """
        name, wait = batch.name, FIRST_POLL
        while True:
            status = await self._patiently(batch, lambda: api.status(name))
            if (status.done, status.told) != (batch.done, batch.told):
                batch = self._keep(batch, done=status.done, told=status.told)
            if status.state == "full":
                await self._stop.sleep(LONGEST_POLL)
                return self._keep(batch, step="lost"), "full"
            if status.state == "ended":
                return self._keep(batch, step="ended"), "ended"
            await self._stop.sleep(min(wait, self._may_wait(batch.label)))
            wait = min(wait * GROWTH, LONGEST_POLL)

    async def results(
        self, api: BatchApi, batch: RecordedBatch, prompts: Mapping[str, Prompt]
    ) -> AsyncIterator[BatchResult]:
        """What became of these calls of it, each once; one that the provider does not know was not asked."""
        left = dict(prompts)
        failures = 0
        while left:
            try:
                async for result in api.results(batch.name, left.copy()):
                    if left.pop(result.custom_id, None) is not None:
                        yield result
                break
            except (RateLimited, Unavailable) as error:
                failures += 1
                await self._wait_again(batch, error, failures)
        for custom_id in left:
            yield BatchResult(custom_id, why="without a result")

    async def _patiently(self, batch: RecordedBatch, ask: Callable[[], Awaitable[T]]) -> T:
        """What `ask` returns, once the provider answers."""
        failures = 0
        while True:
            try:
                return await ask()
            except (RateLimited, Unavailable) as error:
                failures += 1
                await self._wait_again(batch, error, failures)

    async def _wait_again(self, batch: RecordedBatch, error: RateLimited | Unavailable, failures: int) -> None:
        """Wait longer with every failure; some hour in all, or as long as the provider asks.

        Raises:
            ModelDown: it was too long; nothing is lost, and the run can be resumed.
        """
        wait = min(GROWTH**failures, LONGEST_POLL)
        if failures * LONGEST_POLL > PATIENCE:
            down = ModelDown(f"the batch API of {batch.model} did not answer {failures} times: {error}")
            self._stop(down)
        await self._stop.sleep(max(wait, error.retry_after or 0.0))

    def _keep(self, batch: RecordedBatch, **changes: object) -> RecordedBatch:
        kept = self._ledger.keep(batch._replace(**changes))  # type: ignore[arg-type]
        _log.info("batch %s of %s: %s, %d calls done", kept.label, kept.model, kept.step, kept.done)
        self._changed(kept)
        return kept
