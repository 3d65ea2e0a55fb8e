"""What promptkit adds to the bare SDK, side by side on one server: `python -m benchmarks.speed [--memory]`.

CPU is that of the calling process alone, so that the server's does not count; the callers take turns, and the median of
the rounds is shown, so that a busy machine slows all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BARE = "SDK, aiohttp"  # the SDK's own best transport
CALLERS = ("SDK, httpx2", BARE, "OpenAI", "Cache(Retry(Limit(OpenAI)))")


@contextmanager
def serving(delay: float) -> Iterator[str]:
    """A server with this delay, in seconds; yields its address."""
    server = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "benchmarks.speed.server", str(delay)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield server.stdout.readline().strip() if server.stdout else ""
    finally:
        server.kill()
        server.communicate()


def measured(caller: str, calls: int, concurrency: int, url: str) -> dict[str, float]:
    """What the calls cost, in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.speed.callers", caller, str(calls), str(concurrency), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    return dict(json.loads(done.stdout))


def cpu(rounds: int, calls: int) -> Iterator[str]:
    """CPU milliseconds a call, beside the bare SDK."""
    yield "| caller | CPU ms a call, 64 in flight | × bare SDK | CPU ms, 256 in flight | × bare SDK |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    with serving(0) as url:
        spent: dict[tuple[str, int], list[float]] = {}
        for _ in range(rounds):
            for caller in CALLERS:
                for concurrency in (64, 256):
                    used = measured(caller, calls, concurrency, url)["cpu"] / calls * 1000
                    spent.setdefault((caller, concurrency), []).append(used)
    middle = {key: statistics.median(values) for key, values in spent.items()}
    for caller in CALLERS:
        cells = (f"{middle[caller, n]:.2f} | {middle[caller, n] / middle[BARE, n]:.2f}" for n in (64, 256))
        yield f"| {caller} | {' | '.join(cells)} |"
    replayed = statistics.median(measured("replayed", 5000, 64, "")["cpu"] / 5000 * 1000 for _ in range(rounds))
    yield f"\nA call that is on record: {replayed:.3f} ms of CPU."


def waiting(calls: int) -> Iterator[str]:
    """Wall time at 200 ms a call against the ideal, calls × latency / concurrency."""
    yield "| caller | 64 in flight, × ideal | 256 in flight, × ideal |"
    yield "| --- | ---: | ---: |"
    with serving(0.2) as url:
        for caller in CALLERS:
            ratios = [measured(caller, calls * n, n, url)["wall"] / (0.2 * calls) for n in (64, 256)]
            yield f"| {caller} | {ratios[0]:.2f} | {ratios[1]:.2f} |"


def memory(items: tuple[int, ...]) -> Iterator[str]:
    """Peak memory of `promptkit bench` by the number of items."""
    yield "| items | peak memory, MB |"
    yield "| ---: | ---: |"
    for count in items:
        yield f"| {count:,} | {_peak_mb(count):.0f} |"


def _peak_mb(count: int) -> float:
    with serving(0) as url, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "q.jsonl"
        rows = ({"question": f"What is {i} plus 4? Answer with a number.", "target": i + 4} for i in range(count))
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        arguments = ["bench", str(path), "--answer", "number", "--model", "openai/m", "-s", "direct", "--json"]
        code = "import resource, sys; from promptkit.cli.app import main\ntry: main()\nfinally: sys.stderr.write("
        code += "f'\\npeak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}')"
        done = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", code, *arguments, "--run", f"{folder}/run", "--concurrency", "64"],
            env={**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k"},
            capture_output=True,
            text=True,
            check=True,
        )
    return int(done.stderr.rsplit("peak ", 1)[1]) / 1024


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--memory", action="store_true", help="also that of 10,000 and 100,000 items: many minutes")
    given = parser.parse_args()
    sys.stdout.write(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    for title, lines in (
        ("CPU", cpu(given.rounds, given.calls)),
        ("Waiting", waiting(20)),
        ("Memory", memory((1000, 10_000, 100_000) if given.memory else (1000,))),
    ):
        sys.stdout.write(f"\n### {title}\n\n")
        for line in lines:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
