"""The peak memory of `promptkit bench`, by the number of items."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.speed.processes import parallel, tell

BASE_MB, ITEM_KB = 80, 0.5  # what a run may take, beside its questions


class Used(NamedTuple):
    """What a run took. `questions` are the bytes of its task file, in MB."""

    peak_mb: float
    questions_mb: float
    cpu_seconds: float


def memory(counts: Sequence[int]) -> Iterator[str]:
    """Peak memory of the whole command beside what it may take, and its CPU time."""
    yield "| items | strategies | peak, MB | allowed, MB | CPU ms an attempt |"
    yield "| ---: | --- | ---: | ---: | ---: |"
    for count in counts:
        for strategies in ("direct", "direct,cot"):
            tell(f"memory: {count:,} items, {strategies}")
            used = bench(count, strategies)
            allowed = BASE_MB + ITEM_KB * count / 1024 + used.questions_mb
            each = 1000 * used.cpu_seconds / count / len(strategies.split(","))
            yield f"| {count:,} | `{strategies}` | {used.peak_mb:.0f} | {allowed:.0f} | {each:.2f} |"


def bench(count: int, strategies: str) -> Used:
    """Run the command on `count` questions."""
    with parallel() as url, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "q.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for i in range(count):
                row = {"question": f"What is {i} plus 4? Answer with a number.", "target": i + 4}
                file.write(json.dumps(row) + "\n")
        command = [sys.executable, "-m", "promptkit", "bench", str(path), "--answer", "number", "--model", "openai/m"]
        command += ["--strategies", strategies, "--concurrency", "64", "--run", f"{folder}/run", "--json"]
        environment = {**os.environ, "OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k"}
        with (Path(folder) / "out").open("w+") as out:
            process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)  # noqa: S603 - ourselves
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                out.seek(0)
                raise SystemExit(f"promptkit bench failed:\n{out.read()}")
        return Used(usage.ru_maxrss / 1024, path.stat().st_size / 2**20, usage.ru_utime + usage.ru_stime)
