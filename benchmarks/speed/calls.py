"""Calls through promptkit beside the bare SDK: the CPU they take, and how long they wait."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.speed.processes import after, at_once, measured, tell

BARE = "SDK, aiohttp"  # the SDK's own best transport
ONLINE = ("SDK, httpx2", BARE, "OpenAI", "Cache(Retry(Limit(OpenAI)))")
OFFLINE = ("Cache", "Replay")
IN_FLIGHT = (64, 256)
LATENCY = 0.2  # seconds


def cpu(rounds: int, calls: int) -> Iterator[str]:
    """CPU milliseconds a call, beside the bare SDK. The callers take turns, and the median of the rounds is shown."""
    spent: dict[tuple[str, int], list[float]] = {}
    failed: Counter[str] = Counter()
    with at_once() as url:
        for turn in range(rounds):
            for caller in ONLINE:
                for concurrency in IN_FLIGHT:
                    tell(f"cpu, round {turn + 1} of {rounds}: {caller}, {concurrency} in flight")
                    used = measured(caller, calls, concurrency, url)
                    spent.setdefault((caller, concurrency), []).append(1000 * used["cpu"] / calls)
                    failed.update(used["failed"])
    middle = {key: statistics.median(values) for key, values in spent.items()}
    yield "| caller |" + "".join(f" CPU ms a call, {n} in flight | × bare SDK |" for n in IN_FLIGHT)
    yield "| --- |" + " ---: | ---: |" * len(IN_FLIGHT)
    for caller in ONLINE:
        cells = (f" {middle[caller, n]:.2f} | {middle[caller, n] / middle[BARE, n]:.2f} |" for n in IN_FLIGHT)
        yield f"| {caller} |{''.join(cells)}"
    yield from _failures(failed)


def on_record(rounds: int, calls: int) -> Iterator[str]:
    """CPU milliseconds of a call that is answered from a record."""
    yield "| answered by | CPU ms a call |"
    yield "| --- | ---: |"
    for caller in OFFLINE:
        tell(f"cpu: {caller}")
        yield f"| {caller} | {statistics.median(_offline(caller, calls) for _ in range(rounds)):.3f} |"


def _offline(caller: str, calls: int) -> float:
    return 1000 * float(measured(caller, calls, 64, "-")["cpu"]) / calls


def waiting(rounds: int, turns: int) -> Iterator[str]:
    """Wall time against the ideal, calls × latency / calls in flight. The best of the rounds: noise only adds."""
    ratios: dict[tuple[str, int], list[float]] = {}
    failed: Counter[str] = Counter()
    with after(LATENCY) as url:
        for turn in range(rounds):
            for caller in ONLINE:
                for concurrency in IN_FLIGHT:
                    tell(f"waiting, round {turn + 1} of {rounds}: {caller}, {concurrency} in flight")
                    used: Mapping[str, Any] = measured(caller, turns * concurrency, concurrency, url)
                    ratios.setdefault((caller, concurrency), []).append(used["wall"] / (LATENCY * turns))
                    failed.update(used["failed"])
    yield "| caller |" + "".join(f" {n} in flight, × ideal | median |" for n in IN_FLIGHT)
    yield "| --- |" + " ---: | ---: |" * len(IN_FLIGHT)
    for caller in ONLINE:
        cells = (f" {min(ratios[caller, n]):.2f} | {statistics.median(ratios[caller, n]):.2f} |" for n in IN_FLIGHT)
        yield f"| {caller} |{''.join(cells)}"
    yield from _failures(failed)


def _failures(failed: Mapping[str, int]) -> Iterator[str]:
    if failed:
        told = ", ".join(f"{count} × {name}" for name, count in failed.items())
        yield f"\nMade again after they failed: {told}."
