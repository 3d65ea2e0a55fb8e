"""Calls through promptkit beside the bare SDK: the CPU they take, and how long they wait."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.speed.processes import after, measured, parallel, tell

BARE = "SDK, aiohttp"  # the SDK's own best transport
ONLINE = ("SDK, httpx2", BARE, "OpenAI", "Cache(Retry(Limit(OpenAI)))")
OFFLINE = ("Cache", "Replay")
IN_FLIGHT = (64, 256)
LATENCY = 0.2  # seconds


def cpu(rounds: int, calls: int) -> Iterator[str]:
    """CPU milliseconds a call, beside the bare SDK. The median of the rounds is shown."""
    with parallel() as url:
        found = _in_turns("cpu", rounds, url, lambda _: calls)
    middle = {key: statistics.median(1000 * used["cpu"] / calls for used in of) for key, of in found.items()}
    yield "| caller |" + "".join(f" CPU ms a call, {n} in flight | × bare SDK |" for n in IN_FLIGHT)
    yield "| --- |" + " ---: | ---: |" * len(IN_FLIGHT)
    for caller in ONLINE:
        cells = (f" {middle[caller, n]:.2f} | {middle[caller, n] / middle[BARE, n]:.2f} |" for n in IN_FLIGHT)
        yield f"| {caller} |{''.join(cells)}"
    yield from _failures(found)


def on_record(rounds: int, calls: int) -> Iterator[str]:
    """CPU milliseconds of a call that is answered from a record."""
    yield "| answered by | CPU ms a call |"
    yield "| --- | ---: |"
    for caller in OFFLINE:
        tell(f"cpu: {caller}")
        spent = [1000 * measured(caller, calls, 64, "-")["cpu"] / calls for _ in range(rounds)]
        yield f"| {caller} | {statistics.median(spent):.3f} |"


def waiting(rounds: int, turns: int) -> Iterator[str]:
    """Wall time against the ideal, calls × latency / calls in flight. The best of the rounds: noise only adds."""
    with after(LATENCY) as url:
        found = _in_turns("waiting", rounds, url, lambda concurrency: turns * concurrency)
    ratios = {key: [used["wall"] / (LATENCY * turns) for used in of] for key, of in found.items()}
    yield "| caller |" + "".join(f" {n} in flight, × ideal | median |" for n in IN_FLIGHT)
    yield "| --- |" + " ---: | ---: |" * len(IN_FLIGHT)
    for caller in ONLINE:
        cells = (f" {min(ratios[caller, n]):.2f} | {statistics.median(ratios[caller, n]):.2f} |" for n in IN_FLIGHT)
        yield f"| {caller} |{''.join(cells)}"
    yield from _failures(found)


Found = Mapping[tuple[str, int], list[dict[str, Any]]]


def _in_turns(part: str, rounds: int, url: str, calls: Callable[[int], int]) -> Found:
    """What every caller took with so many calls in flight, round by round, so that they share the machine's moods."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for turn in range(rounds):
        for caller in ONLINE:
            for concurrency in IN_FLIGHT:
                tell(f"{part}, round {turn + 1} of {rounds}: {caller}, {concurrency} in flight")
                used = measured(caller, calls(concurrency), concurrency, url)
                found.setdefault((caller, concurrency), []).append(used)
    return found


def _failures(found: Found) -> Iterator[str]:
    failed: Counter[str] = Counter()
    for of in found.values():
        for used in of:
            failed.update(used["failed"])
    if failed:
        told = ", ".join(f"{count} × {name}" for name, count in failed.items())
        yield f"\nMade again after they failed: {told}."
