"""Ways to make a call: the bare SDK on either transport, and promptkit with more and more around it.

`python -m benchmarks.speed.callers NAME CALLS CONCURRENCY URL [FIELDS]` makes the calls and prints what they cost as
JSON. A call that failed is made again and counted in `failed`, by the name of its error. `FIELDS` are fields of each
request, as JSON, among them `model`.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import openai

from promptkit import (
    Cache,
    CallStore,
    Completion,
    FunctionModel,
    Limit,
    OpenAI,
    Prompt,
    PromptkitError,
    Record,
    Replay,
    Retry,
)

Call = Callable[[int], Awaitable[object]]
Fields = Mapping[str, Any]  # of a request
Caller = Callable[[str, int, Fields], AbstractAsyncContextManager[Call]]
BARE = "SDK, aiohttp"  # the SDK's own best transport
WHOLE = "Cache(Retry(Limit(OpenAI)))"
RECORDED = 20_000  # calls that are on record before they are asked for
ATTEMPTS = 10
MODEL: Fields = {"model": "m"}


def question(number: int) -> str:
    """A question of an ordinary length, each another one."""
    return f"Anna has {number} pens. She buys 4 more, and Tom takes 2 pens from her. How many pens does Anna have now?"


def sdk(transport: Callable[..., Any]) -> Caller:
    """The SDK itself on a transport of its own, without time-outs: setting up hundreds of connections takes a while."""

    @asynccontextmanager
    async def caller(url: str, _concurrency: int, fields: Fields) -> AsyncIterator[Call]:
        never = openai.Timeout(None)
        client = openai.AsyncOpenAI(
            api_key="k", base_url=url, max_retries=0, timeout=never, http_client=transport(timeout=never)
        )
        async with client as model:
            yield lambda n: model.chat.completions.create(
                model=fields["model"], messages=[{"role": "user", "content": question(n)}], extra_body=_extra(fields)
            )

    return caller


@asynccontextmanager
async def adapter(url: str, _concurrency: int, fields: Fields) -> AsyncIterator[Call]:
    """Our adapter and nothing around it."""
    model = _ours(url, fields)
    yield lambda n: model.complete(Prompt.of(question(n)))
    await model.aclose()


@asynccontextmanager
async def guarded(url: str, concurrency: int, fields: Fields) -> AsyncIterator[Call]:
    """As `promptkit bench` has it: limited, tried again, recorded before the reply is used."""
    with tempfile.TemporaryDirectory() as folder:
        store = CallStore(Path(folder) / "calls.sqlite")
        model = Cache(Retry(Limit(_ours(url, fields), concurrency)), store)
        yield lambda n: model.complete(Prompt.of(question(n)))
        await model.aclose()
        store.close()


@asynccontextmanager
async def cached(_url: str, _concurrency: int, _fields: Fields) -> AsyncIterator[Call]:
    """Calls that the store has, in a file that was closed and opened again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.sqlite"
        store = CallStore(path)
        model = Cache(FunctionModel(lambda _: "The answer is 24."), store)
        await asyncio.gather(*(model.complete(Prompt.of(question(n))) for n in range(RECORDED)))
        store.close()
        store = CallStore(path)
        model = Cache(FunctionModel(lambda _: "never"), store)
        yield lambda n: model.complete(Prompt.of(question(n % RECORDED)))
        store.close()


@asynccontextmanager
async def replayed(_url: str, _concurrency: int, _fields: Fields) -> AsyncIterator[Call]:
    """Calls of a cassette."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.jsonl"
        model = Record(FunctionModel(lambda _: "The answer is 24."), path)
        for n in range(1000):
            await model.complete(Prompt.of(question(n)))
        cassette = Replay(path)
        yield lambda n: cassette.complete(Prompt.of(question(n % 1000)))


def _ours(url: str, fields: Fields) -> OpenAI:
    return OpenAI(fields["model"], base_url=url, api_key="k", extra=_extra(fields))


def _extra(fields: Fields) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "model"}


ONLINE: Mapping[str, Caller] = {
    "SDK, httpx2": sdk(openai.DefaultAsyncHttpxClient),
    BARE: sdk(openai.DefaultAioHttpClient),
    "OpenAI": adapter,
    WHOLE: guarded,
}
OFFLINE: Mapping[str, Caller] = {"Cache": cached, "Replay": replayed}


async def measure(
    name: str, calls: int, concurrency: int, url: str, fields: Fields = MODEL, warm_up: int = 4
) -> dict[str, object]:
    """CPU seconds of this process, wall seconds, peak memory in MB, the tokens written and the failures of `calls`.

    Before them `warm_up` calls are made for each in flight, which are not counted: imports, connections.
    """
    failed: Counter[str] = Counter()
    first = warm_up * concurrency
    async with {**ONLINE, **OFFLINE}[name](url, concurrency, fields) as call:
        await _make(call, range(first), concurrency, Counter())
        cpu, wall = time.process_time(), time.perf_counter()
        tokens = await _make(call, range(first, first + calls), concurrency, failed)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu": cpu, "wall": wall, "peak_mb": peak, "tokens": tokens, "failed": dict(failed)}


async def _make(call: Call, numbers: range, concurrency: int, failed: Counter[str]) -> int:
    """Make the calls, `concurrency` at a time; how many tokens were written."""
    waiting = iter(numbers)

    async def worker() -> int:
        tokens = 0
        for number in waiting:
            for left in reversed(range(ATTEMPTS)):
                try:
                    tokens += _written(await call(number))
                    break
                except (openai.OpenAIError, PromptkitError) as error:
                    failed[type(error).__name__] += 1
                    if not left:
                        raise
        return tokens

    return sum(await asyncio.gather(*(worker() for _ in range(concurrency))))


def _written(reply: object) -> int:
    """The tokens of a reply, as the server counted them."""
    if isinstance(reply, Completion):
        return reply.usage.output_tokens
    usage = getattr(reply, "usage", None)
    return int(usage.completion_tokens) if usage else 0


if __name__ == "__main__":
    name, calls, concurrency, url, *more = sys.argv[1:]
    fields = json.loads(more[0]) if more else MODEL
    sys.stdout.write(json.dumps(asyncio.run(measure(name, int(calls), int(concurrency), url, fields))))
