"""Anthropic's Message Batches API."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Container, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from promptkit.batch_api import BatchCall, BatchResult, BatchStatus, Found
from promptkit.errors import BackendError
from promptkit.providers.hosted.batches import TRANSFER_SECONDS, HostedBatches
from promptkit.providers.hosted.error_bodies import ErrorBody
from promptkit.types import Prompt

if TYPE_CHECKING:
    from anthropic.types.messages import MessageBatch

    from promptkit.providers.hosted.adapter import Hosted

_CLOCKS = 600.0  # seconds that ours may be ahead of the provider's
_REST = 64  # bytes around a request


class AnthropicBatches(HostedBatches):
    """The batch API of one model; `headers` are those that a batch with a prompt needs."""

    most_calls = 100_000
    most_bytes = 256_000_000

    def __init__(self, model: Hosted, headers: Callable[[Prompt], Mapping[str, str]]) -> None:
        super().__init__(model, _omit)
        self._headers = headers

    def size(self, prompt: Prompt) -> int:
        """The bytes of the call in a batch, whose JSON may escape what is not ASCII."""
        return len(json.dumps(json.loads(self.model.batch_request(prompt)))) + _REST

    def kind(self, prompt: Prompt) -> str:
        """The headers that the call needs."""
        return json.dumps(dict(self._headers(prompt)))

    async def submit(self, label: str, calls: Sequence[BatchCall]) -> str:  # noqa: ARG002 - the ids of the calls begin with it
        """Submit a batch; its calls carry the label. Raises `BackendError`."""
        client, options, _ = await self._line()
        requests = [
            {"custom_id": call.custom_id, "params": json.loads(self.model.batch_request(call.prompt))} for call in calls
        ]
        headers = {**options["extra_headers"], **self._headers(calls[0].prompt)}
        making = client.messages.batches.create(requests=requests, **{**options, "extra_headers": headers})
        batch = await self._asked(making, TRANSFER_SECONDS)
        return str(batch.id)

    async def find(self, label: str, total: int, since: float, others: Container[str]) -> Found:
        """The batch of so many calls whose results carry the label, which is known when it has ended."""
        client, options, _ = await self._line()
        page, is_open = await self._asked(client.messages.batches.list(limit=100, **options)), False
        while True:
            for batch in page.data:
                if batch.created_at.timestamp() < since - _CLOCKS:  # the newest come first
                    return Found(None, is_open)
                if batch.id in others or _total(batch) != total:
                    continue
                if batch.processing_status != "ended":
                    is_open = True
                elif await self._carries(batch.id, label):
                    return Found(str(batch.id))
            if not page.has_next_page():
                return Found(None, is_open)
            page = await self._asked(page.get_next_page())

    async def status(self, name: str) -> BatchStatus:
        """Where a batch is."""
        batch = await self._retrieve(name)
        ended = batch.processing_status == "ended"
        done = _total(batch) - batch.request_counts.processing
        return BatchStatus("ended" if ended else "working", done, batch.processing_status)

    async def results(self, name: str, prompts: Mapping[str, Prompt]) -> AsyncIterator[BatchResult]:
        """What became of its calls."""
        async for result in self._results(name):
            if result.custom_id in prompts:
                yield self._result(result, prompts[result.custom_id])

    async def _results(self, name: str) -> AsyncIterator[Any]:
        client, options, _ = await self._line()
        async with self._in_our_words(TRANSFER_SECONDS):
            results = await client.messages.batches.results(name, **options)
            try:
                async for result in results:
                    yield result
            finally:
                await results.close()

    async def _carries(self, name: str, label: str) -> bool:
        results = self._results(name)
        try:
            async for result in results:
                return str(result.custom_id).startswith(f"{label}-")
        finally:
            await results.aclose()  # type: ignore[attr-defined]
        return False

    async def _retrieve(self, name: str) -> MessageBatch:
        client, options, _ = await self._line()
        batch: MessageBatch = await self._of_batch(name, client.messages.batches.retrieve(name, **options))
        return batch

    def _result(self, line: Any, prompt: Prompt) -> BatchResult:  # noqa: ANN401 - the SDK checks nothing
        result = line.result
        if result.type in {"expired", "canceled"}:
            return BatchResult(line.custom_id, why=result.type)
        answered = result.type == "succeeded"
        body = (result.message if answered else result.error).to_dict(mode="json", warnings=False)
        status = HTTPStatus.OK if answered else ErrorBody.of(body).status
        try:
            answer = self.model.batch_reply(prompt, status, json.dumps(body).encode())
        except BackendError as error:
            return BatchResult(line.custom_id, error=error, why=str(error))
        return BatchResult(line.custom_id, answer=answer)


def _total(batch: MessageBatch) -> int:
    counts = batch.request_counts
    return counts.canceled + counts.errored + counts.expired + counts.processing + counts.succeeded


def _omit() -> object:
    import anthropic

    return anthropic.omit
