"""OpenAI's batch API: a file of requests, a batch of it, and a file of replies."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from promptkit.batch_api import BatchCall, BatchResult, BatchStatus, Found
from promptkit.errors import BackendError, Unavailable
from promptkit.providers.hosted.batches import TRANSFER_SECONDS, HostedBatches
from promptkit.providers.hosted.replies import ErrorReply
from promptkit.types import Prompt

if TYPE_CHECKING:
    from openai.types import Batch

    from promptkit.providers.hosted.adapter import Hosted

LABEL = "promptkit"  # the field of a batch's metadata
_CLOCKS = 600.0  # seconds that ours may be ahead of the provider's
_STATES = {"failed": "ended", "completed": "ended", "expired": "ended", "cancelled": "ended"}
_FULL = "token_limit_exceeded"  # too many tokens wait in the organization's queue
_UNASKED = {"batch_expired", "batch_cancelled"}  # codes of calls that were not asked


class OpenAIBatches(HostedBatches):
    """The batch API of one model, for its endpoint `path`: `/v1/chat/completions` or `/v1/responses`."""

    most_calls = 50_000
    most_bytes = 200_000_000

    def __init__(self, model: Hosted, path: str) -> None:
        super().__init__(model, _omit)
        self._path = path

    def size(self, prompt: Prompt) -> int:
        """The bytes of the call's line."""
        return len(self._request(BatchCall("0" * 24, prompt)))

    async def submit(self, label: str, calls: Sequence[BatchCall]) -> str:
        """Upload the requests, and make a batch of them. Raises `BackendError`."""
        client, options, _ = await self._line()
        lines = b"".join(self._request(call) for call in calls)
        upload = client.files.create(file=(f"{label}.jsonl", lines), purpose="batch", **options)
        file = await self._asked(upload, TRANSFER_SECONDS)
        making = client.batches.create(
            input_file_id=file.id,
            endpoint=self._path,
            completion_window="24h",
            metadata={LABEL: label},
            **options,
        )
        batch = await self._asked(making)
        return str(batch.id)

    async def find(self, label: str, total: int, since: float, others: Container[str]) -> Found:  # noqa: ARG002
        """The batch whose metadata has the label."""
        client, options, _ = await self._line()
        page = await self._asked(client.batches.list(limit=100, **options))
        while True:
            for batch in page.data:
                if (batch.metadata or {}).get(LABEL) == label:
                    return Found(str(batch.id))
                if batch.created_at < since - _CLOCKS:  # the newest come first
                    return Found(None)
            if not page.has_next_page():
                return Found(None)
            page = await self._asked(page.get_next_page())

    async def status(self, name: str) -> BatchStatus:
        """Where a batch is."""
        batch = await self._retrieve(name)
        counts = batch.request_counts
        done = counts.completed + counts.failed if counts else 0
        codes = {error.code for error in _errors(batch)}
        told = batch.status + "".join(f": {error.message}" for error in _errors(batch)[:1])
        if batch.status == "failed" and _FULL in codes:
            return BatchStatus("full", 0, told)
        return BatchStatus("ended" if batch.status in _STATES else "working", done, told)

    async def results(self, name: str, prompts: Mapping[str, Prompt]) -> AsyncIterator[BatchResult]:
        """What became of its calls, out of the files of replies and errors, or of the reason why it failed."""
        batch = await self._retrieve(name)
        if batch.status == "failed":
            for result in self._refused(batch, prompts):
                yield result
        for file in (batch.output_file_id, batch.error_file_id):
            if file:
                async for line in self._lines_of(file):
                    if (read := self._result(line, prompts)) is not None:
                        yield read

    async def _retrieve(self, name: str) -> Batch:
        client, options, _ = await self._line()
        batch: Batch = await self._of_batch(name, client.batches.retrieve(name, **options))
        return batch

    def _request(self, call: BatchCall) -> bytes:
        head = json.dumps({"custom_id": call.custom_id, "method": "POST", "url": self._path})
        return head[:-1].encode() + b', "body": ' + self.model.batch_request(call.prompt) + b"}\n"

    def _refused(self, batch: Batch, prompts: Mapping[str, Prompt]) -> list[BatchResult]:
        """Of a batch that was refused as a whole: the faulty calls with their faults; the others were not asked."""
        found = {error.line: error for error in _errors(batch)}
        results = []
        for custom_id in prompts:
            line = int(custom_id.rpartition("-")[2]) + 1
            fault = found.get(line) or found.get(None)
            if fault is None and found:
                results.append(BatchResult(custom_id, why="in a batch that was refused for other calls"))
                continue
            words = {"message": f"batch {batch.id} failed: {fault.message if fault else 'no reason given'}"}
            reply = ErrorReply({"error": {**words, "code": fault.code if fault else None}}, status=400)
            results.append(BatchResult(custom_id, error=self.model.as_ours(reply)))
        return results

    async def _lines_of(self, file: str) -> AsyncIterator[bytes]:
        """The lines of a file. Only line feeds end them: texts may have what Unicode calls a line's end."""
        client, options, _ = await self._line()
        rest = b""
        content = client.files.with_streaming_response.content(file, **options)
        async with self._in_our_words(TRANSFER_SECONDS), content as response:
            async for piece in response.iter_bytes():
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    yield line
        yield rest

    def _result(self, line: bytes, prompts: Mapping[str, Prompt]) -> BatchResult | None:
        if not line.strip():
            return None
        try:
            read: dict[str, Any] = json.loads(line)
            custom_id = read["custom_id"]
        except (ValueError, TypeError, KeyError):
            raise Unavailable(f"{self.model.name} sent a result that is cut", model=self.model.name) from None
        if custom_id not in prompts:
            return None
        response, error = read.get("response") or {}, read.get("error") or {}
        if error.get("code") in _UNASKED:
            return BatchResult(custom_id, why=str(error["code"]).removeprefix("batch_"))
        status, body = response.get("status_code") or 500, response.get("body") or {"error": error}
        return self._read(custom_id, prompts[custom_id], status, json.dumps(body).encode())

    def _read(self, custom_id: str, prompt: Prompt, status: int, body: bytes) -> BatchResult:
        try:
            answer = self.model.batch_reply(prompt, status, body)
        except BackendError as error:
            return BatchResult(custom_id, error=error, why=str(error))
        return BatchResult(custom_id, answer=answer, why="" if answer else "asked in a way that the model refuses")


def _errors(batch: Batch) -> list[Any]:
    return list((batch.errors.data if batch.errors else None) or ())


def _omit() -> object:
    import openai

    return openai.omit
