"""Ways to make a call: the bare SDK on either transport, and promptkit with more and more around it.

`python -m benchmarks.speed.callers NAME CALLS CONCURRENCY URL` makes the calls and prints what they cost as JSON.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import openai

from promptkit import Cache, CallStore, FunctionModel, Limit, OpenAI, Prompt, Retry

Call = Callable[[int], Awaitable[object]]
Caller = Callable[[str, int], AbstractAsyncContextManager[Call]]
WARM_UP = 300  # calls that are not counted: imports, connections


def question(number: int) -> str:
    """A question of an ordinary length, each another one."""
    return f"Anna has {number} pens. She buys 4 more, and Tom takes 2 pens from her. How many pens does Anna have now?"


def sdk(client: Callable[[], object]) -> Caller:
    """The SDK itself on the transport that `client` makes."""

    @asynccontextmanager
    async def caller(url: str, _concurrency: int) -> AsyncIterator[Call]:
        async with openai.AsyncOpenAI(api_key="k", base_url=url, max_retries=0, http_client=client()) as model:  # type: ignore[arg-type]
            yield lambda n: model.chat.completions.create(
                model="m", messages=[{"role": "user", "content": question(n)}]
            )

    return caller


@asynccontextmanager
async def adapter(url: str, _concurrency: int) -> AsyncIterator[Call]:
    """Our adapter and nothing around it."""
    model = OpenAI("m", base_url=url, api_key="k")
    yield lambda n: model.complete(Prompt.of(question(n)))
    await model.aclose()


@asynccontextmanager
async def guarded(url: str, concurrency: int) -> AsyncIterator[Call]:
    """As `promptkit bench` has it: limited, tried again, recorded before the reply is used."""
    with tempfile.TemporaryDirectory() as folder:
        store = CallStore(Path(folder) / "calls.sqlite")
        model = Cache(Retry(Limit(OpenAI("m", base_url=url, api_key="k"), concurrency)), store)
        yield lambda n: model.complete(Prompt.of(question(n)))
        await model.aclose()
        store.close()


@asynccontextmanager
async def replayed(_url: str, _concurrency: int) -> AsyncIterator[Call]:
    """Calls that are on record, and asked in another process than they were recorded in as far as caches go."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.sqlite"
        store = CallStore(path)
        model = Cache(FunctionModel(lambda _: "The answer is 24."), store)
        await asyncio.gather(*(model.complete(Prompt.of(question(n))) for n in range(20_000)))
        store.close()
        store = CallStore(path)
        model = Cache(FunctionModel(lambda _: "never"), store)
        yield lambda n: model.complete(Prompt.of(question(n % 20_000)))
        store.close()


CALLERS: Mapping[str, Caller] = {
    "SDK, httpx2": sdk(openai.DefaultAsyncHttpxClient),
    "SDK, aiohttp": sdk(openai.DefaultAioHttpClient),
    "OpenAI": adapter,
    "Cache(Retry(Limit(OpenAI)))": guarded,
    "replayed": replayed,
}


async def measure(name: str, calls: int, concurrency: int, url: str) -> dict[str, float]:
    """CPU seconds of this process, wall seconds, and peak memory in MB of `calls` calls."""
    async with CALLERS[name](url, concurrency) as call:
        await _make(call, range(WARM_UP), concurrency)
        cpu, wall = time.process_time(), time.perf_counter()
        await _make(call, range(WARM_UP, WARM_UP + calls), concurrency)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"cpu": cpu, "wall": wall, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


async def _make(call: Call, numbers: range, concurrency: int) -> None:
    waiting = iter(numbers)

    async def worker() -> None:
        for number in waiting:
            await call(number)

    await asyncio.gather(*(worker() for _ in range(concurrency)))


if __name__ == "__main__":
    name, calls, concurrency, url = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(measure(name, int(calls), int(concurrency), url))))
