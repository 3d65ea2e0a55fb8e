"""How fast promptkit is beside what it stands on, in one run: `python -m benchmarks.speed [--only PART …]`.

cpu: CPU of a call, beside the bare SDK on one loopback server. waiting: wall time beside the ideal. memory: the peak
of `promptkit bench`. reading: that of the commands that read a run. growth: the analysis of synthetic runs of up to
millions of attempts. serving: a strategy over HTTP beside the model. nano: the bundled model beside its engine's own
batching. Progress is shown on standard error; the tables on standard output are Markdown.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping

from benchmarks.speed import calls, growth, memory, nano, processes, reading, serving


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument(
        "--only",
        choices=("cpu", "waiting", "memory", "reading", "growth", "nano", "serving"),
        nargs="+",
        help="these parts alone",
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default 5)")
    parser.add_argument("--calls", type=int, default=3000, help="calls a measurement of CPU (default 3000)")
    parser.add_argument("--items", type=int, nargs="+", default=[1000, 10_000, 100_000], help="of the runs for memory")
    parser.add_argument("--recorded", type=int, default=20_000, help="items of the run for reading (default 20000)")
    parser.add_argument(
        "--attempts", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="of those for growth"
    )
    given = parser.parse_args()
    parts: Mapping[str, tuple[tuple[str, Callable[[], Iterator[str]]], ...]] = {
        "cpu": (
            ("CPU of a call", lambda: calls.cpu(given.rounds, given.calls)),
            ("CPU of a call that is on record", lambda: calls.on_record(given.rounds, 10 * given.calls)),
        ),
        "waiting": (("Waiting for replies that take 200 ms", lambda: calls.waiting(given.rounds, 20)),),
        "memory": (("Memory of `promptkit bench`", lambda: memory.memory(given.items)),),
        "reading": (("Memory of what reads a run", lambda: reading.reading(given.recorded)),),
        "growth": (("The analysis of a run as it grows", lambda: growth.growth(given.attempts)),),
        "serving": (("A strategy served as a model", lambda: serving.serving(given.rounds)),),
        "nano": (("The bundled model", lambda: nano.tables(given.rounds)),),
    }
    _print(_machine() + "\n" + processes.versions())
    for part in given.only or parts:
        for title, lines in parts[part]:
            _print(f"\n## {title}\n")
            for line in lines():
                _print(line)


def _machine() -> str:
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return f"{today}, Python {platform.python_version()}, {cores} cores, load {load:.1f} at the start"


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
