"""A server that writes replies, asked by bare clients and by promptkit: does one process of ours keep it busy?

python -m benchmarks.speed.answering --base-url http://localhost:8080/v1 [--model NAME] [--in-flight 64 256]

Every reply has `--tokens` tokens (`ignore_eos`, which llama.cpp's and vLLM's servers know). The server's own best is
what several processes of the bare SDK get out of it together, with as many calls in flight.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from benchmarks.speed.callers import BARE, WHOLE
from benchmarks.speed.processes import measured, tell

PROCESSES = 4
ALONE = ("SDK, httpx2", BARE, "OpenAI", WHOLE)


class Used(NamedTuple):
    """What calls took: the processes' CPU in all, the longest of their wall times, and what came back."""

    calls: int
    cpu: float
    wall: float
    tokens: int
    failed: Counter[str]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.answering", description=__doc__)
    parser.add_argument("--base-url", default="http://localhost:8080/v1", help="where the server is (llama.cpp's)")
    parser.add_argument("--model", default="m", help="as the server calls it (llama.cpp's takes any name)")
    parser.add_argument("--in-flight", type=int, nargs="+", default=[64, 256], help="calls at the same time (64 256)")
    parser.add_argument("--tokens", type=int, default=32, help="of each reply (32)")
    parser.add_argument("--calls", type=int, default=8, help="counted, for each in flight (8)")
    parser.add_argument("--callers", nargs="+", choices=ALONE, default=[BARE, WHOLE], help="in one process each")
    given = parser.parse_args()
    fields = {"model": given.model, "max_tokens": given.tokens, "temperature": 0, "ignore_eos": True}
    for line in table(given.base_url, fields, given.in_flight, given.calls, given.callers):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def table(
    url: str, fields: dict[str, Any], in_flight: Sequence[int], each: int, callers: Sequence[str]
) -> Iterator[str]:
    """A row for each caller and number of calls in flight, the server's best first."""
    yield "| caller | processes | in flight | requests/s | tokens/s | of the best | CPU ms a call |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    failed: Counter[str] = Counter()
    for together in in_flight:
        best = 0.0
        for caller, processes in ((BARE, PROCESSES), *((one, 1) for one in callers)):
            tell(f"{caller}, {processes} processes, {together} in flight")
            used = asked(caller, processes, together, url, fields, each * together)
            failed.update(used.failed)
            best = max(best, used.tokens / used.wall)
            figures = (
                f"{used.calls / used.wall:,.0f}",
                f"{used.tokens / used.wall:,.0f}",
                f"{used.tokens / used.wall / best:.0%}",
                f"{1000 * used.cpu / used.calls:.2f}",
            )
            yield f"| {caller} | {processes} | {together} | {' | '.join(figures)} |"
    if failed:
        yield "\nMade again after they failed: " + ", ".join(f"{count} × {name}" for name, count in failed.items())


def asked(caller: str, processes: int, in_flight: int, url: str, fields: dict[str, Any], calls: int) -> Used:
    """What `calls` calls took, shared out to so many processes of the caller."""
    share = [json.dumps(fields)]
    with ThreadPoolExecutor(processes) as threads:
        found = list(
            threads.map(
                lambda _: measured(caller, calls // processes, in_flight // processes, url, *share), range(processes)
            )
        )
    return Used(
        calls=calls // processes * processes,
        cpu=sum(one["cpu"] for one in found),
        wall=max(one["wall"] for one in found),
        tokens=sum(one["tokens"] for one in found),
        failed=sum((Counter(one["failed"]) for one in found), Counter()),
    )


if __name__ == "__main__":
    main()
