"""What a run takes as it grows: `python -m benchmarks.growth [--items FEW MANY] [--actors N …]`.

Runs of two sizes are measured, on a model that answers at once, in a process of their own; larger ones are
simulated: the straight line through both. Then the same with actors of Ray in place of the process itself. Progress is
shown on standard error; the tables on standard output are Markdown.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.speed.processes import said, tell

CALLS = (10**4, 10**5, 10**6, 10**7)
PER_MINUTE = (500, 10_000)  # requests that a small and a large account of a provider may send
Found = Mapping[str, Any]


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--items", type=int, nargs=2, default=[2000, 10_000], metavar=("FEW", "MANY"))
    parser.add_argument("--actors", type=int, nargs="*", default=[1, 2, 4], help="of Ray (default 1 2 4)")
    given = parser.parse_args()
    few, many = given.items
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    today = datetime.datetime.now(tz=datetime.UTC).date()
    _print(f"{today}, Python {platform.python_version()}, {cores} cores, load {load:.1f} at the start")
    alone = measured(0, given.items)
    _print("\n## As it grows\n")
    for row in growth((few, many), alone):
        _print(row)
    if given.actors:
        _print("\n## What the driver carries\n")
        on_ray = {actors: measured(actors, given.items) for actors in given.actors}
        for row in workers((few, many), {0: alone, **on_ray}):
            _print(row)


def measured(actors: int, sizes: Sequence[int]) -> Sequence[Found]:
    """What runs of these sizes took, one after the other in a process of their own."""
    tell(f"{actors} actors of Ray" if actors else "one process")
    return list(json.loads(said([sys.executable, "-m", "benchmarks.growth.one", str(actors), *map(str, sizes)])))


def growth(sizes: Sequence[int], found: Sequence[Found]) -> Iterator[str]:
    """The table of one process: what was measured, and what follows from the straight line."""
    limits = " | ".join(f"time at {limit:,} a minute (computed)" for limit in PER_MINUTE)
    yield f"| calls | | CPU | memory, MB | record, MB | reading it, CPU | {limits} |"
    yield "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    rows = [*((size, "measured", of) for size, of in zip(sizes, found, strict=True))]
    rows += [(calls, "simulated", line(sizes, found, calls)) for calls in CALLS if calls not in sizes]
    for calls, how, of in sorted(rows, key=lambda row: row[0]):
        waits = " | ".join(duration(60 * calls / limit) for limit in PER_MINUTE)
        cells = f"{duration(of['cpu'])} | {of['peak_mb']:,.0f} | {of['record_mb']:,.0f} | {duration(of['reading'])}"
        yield f"| {calls:,} | {how} | {cells} | {waits} |"


def workers(sizes: Sequence[int], found: Mapping[int, Sequence[Found]]) -> Iterator[str]:
    """What a further call takes, by the number of actors: the difference of the two runs."""
    yield "| calls made by | wall, ms a call | CPU of the driver, ms | CPU of the actors, ms | calls of each actor |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for actors, (few, many) in found.items():
        further = sizes[1] - sizes[0]
        each = {name: 1000 * (many[name] - few[name]) / further for name in ("wall", "cpu")}
        there = f"{1000 * many['actors_cpu'] / sizes[1]:.2f}" if actors else ""
        shares = ", ".join(f"{calls:,}" for calls in many.get("calls", ()))
        who = f"Ray, {actors} actor{'s' if actors > 1 else ''}" if actors else "the process itself"
        yield f"| {who} | {each['wall']:.2f} | {each['cpu']:.2f} | {there} | {shares} |"


def line(sizes: Sequence[int], found: Sequence[Found], calls: int) -> dict[str, float]:
    """What so many calls would take, on the straight line through two runs."""
    (few, many), (less, more) = sizes, found
    names = ("cpu", "peak_mb", "record_mb", "reading")
    return {name: less[name] + (more[name] - less[name]) / (many - few) * (calls - few) for name in names}


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, length in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:,.1f} {unit}"
    return f"{seconds:.1f} s"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
