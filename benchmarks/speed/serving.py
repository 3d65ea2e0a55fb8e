"""A strategy served over HTTP beside the bare model: what a request waits longer, and how many are answered."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import openai

from benchmarks.speed.callers import question
from benchmarks.speed.processes import after, parallel, tell

CLIENTS = 200
LATENCY = 0.2  # seconds of the model
ONE_BY_ONE = 100  # requests
AT_ONCE = 1000


def serving(rounds: int) -> Iterator[str]:
    """Milliseconds of a request, one after the other; then the wall time of many at once; bare and served in turns."""
    yield "| asked | one by one, model without delay: ms a request | 200 clients, model of 200 ms: requests a second |"
    yield "| --- | ---: | ---: |"
    alone: dict[str, list[float]] = {"the model": [], "served `direct`": [], "served `cot+reflect`": []}
    at_once: dict[str, list[float]] = {name: [] for name in alone}
    with parallel() as quick, after(LATENCY) as slow, served(quick) as of_quick, served(slow) as of_slow:
        for turn in range(rounds):
            asked = {
                "the model": (quick, slow, "m"),
                "served `direct`": (of_quick, of_slow, "plain"),
                "served `cot+reflect`": (of_quick, of_slow, "asked"),
            }
            for name, (fast, late, model) in asked.items():
                tell(f"serving, round {turn + 1} of {rounds}: {name}")
                alone[name].append(1000 * asyncio.run(_seconds(fast, model, ONE_BY_ONE, 1)) / ONE_BY_ONE)
                at_once[name].append(AT_ONCE / asyncio.run(_seconds(late, model, AT_ONCE, CLIENTS)))
    for name, times in alone.items():
        yield f"| {name} | {statistics.median(times):.2f} | {statistics.median(at_once[name]):.0f} |"


@contextmanager
def served(url: str) -> Iterator[str]:
    """`promptkit serve` in a process of its own, in front of the model at `url`."""
    command = [sys.executable, "-m", "promptkit", "serve", "plain=direct", "asked=cot+reflect", "--port", "0"]
    command += ["-m", "openai/m", "--base-url", url, "--concurrency", str(2 * CLIENTS)]
    environment = {**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k"}
    process = subprocess.Popen(  # noqa: S603 - of ours
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not re.match("http://", line):
            raise RuntimeError("promptkit serve did not start")
        yield line.strip()
    finally:
        process.terminate()
        process.wait()


async def _seconds(url: str, model: str, requests: int, clients: int) -> float:
    """How long it takes to have so many requests answered, by so many clients."""
    never = openai.Timeout(None)
    http = openai.DefaultAioHttpClient(timeout=never)
    async with openai.AsyncOpenAI(api_key="k", base_url=url, max_retries=0, timeout=never, http_client=http) as client:

        async def ask(numbers: Iterator[int]) -> None:
            for number in numbers:
                await client.chat.completions.create(
                    model=model, messages=[{"role": "user", "content": question(number)}]
                )

        await asyncio.gather(*(ask(iter(range(2))) for _ in range(clients)))  # imports, connections
        waiting, started = iter(range(requests)), time.perf_counter()
        await asyncio.gather(*(ask(waiting) for _ in range(clients)))
        return time.perf_counter() - started
