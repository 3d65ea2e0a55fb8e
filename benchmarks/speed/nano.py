"""The whole of `promptkit bench` on the bundled model, beside its engine alone on the same prompts.

`python -m benchmarks.speed.nano RUN SLOTS` asks llama.cpp directly what was asked in a run, and prints as JSON the
tokens it wrote and the seconds that took, by the clock and of the cores.
"""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from benchmarks.speed.processes import said, tell

TASKS, LIMIT, STRATEGIES = ("stories", "compare"), 100, "direct,cot,plan"
SLOTS = (1, 4, 8)
WHOLE = "`promptkit bench`, all of it"


class Speed(NamedTuple):
    """Tokens written, and how long that took."""

    tokens: int
    wall: float
    cpu: float


def tables(rounds: int) -> Iterator[str]:
    """The command and the engine take turns; medians of the rounds."""
    speeds: dict[str, list[Speed]] = {}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            tell(f"nano, round {turn + 1} of {rounds}: promptkit bench")
            speeds.setdefault(WHOLE, []).append(_bench(Path(folder)))
            for slots in SLOTS:
                tell(f"nano, round {turn + 1} of {rounds}: llama.cpp, {slots} slots")
                found = json.loads(said([sys.executable, "-m", "benchmarks.speed.nano", folder, str(slots)]))
                speeds.setdefault(f"llama.cpp on the same prompts, {slots} slots", []).append(Speed(**found))
    per_core = {name: statistics.median(s.tokens / s.cpu for s in of) for name, of in speeds.items()}
    best = max(rate for name, rate in per_core.items() if name != WHOLE)
    written = f"{speeds[WHOLE][0].tokens:,} tokens are written"
    yield f"{LIMIT} items of {' and '.join(TASKS)}, asked {STRATEGIES}: {written}.\n"
    yield "| | tokens/s | cores used | tokens/core-s | of the engine's best |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, of in speeds.items():
        clock = statistics.median(s.tokens / s.wall for s in of)
        cores = statistics.median(s.cpu / s.wall for s in of)
        yield f"| {name} | {clock:,.0f} | {cores:.2f} | {per_core[name]:,.0f} | {per_core[name] / best:.0%} |"
    tell("nano: the backend alone")
    yield "\n" + said([sys.executable, "-m", "benchmarks.speed.gguf", "--rounds", str(rounds)]).strip()


def _bench(folder: Path) -> Speed:
    command = [sys.executable, "-m", "promptkit", "bench", *TASKS, "--limit", str(LIMIT), "--strategies", STRATEGIES]
    with (folder / "out").open("w+") as out:
        started = time.perf_counter()
        process = subprocess.Popen([*command, "--run", str(folder)], stdout=out, stderr=out)  # noqa: S603 - ourselves
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            out.seek(0)
            raise SystemExit(f"promptkit bench failed:\n{out.read()}")
    tokens = sum(json.loads(used)["output_tokens"] for used in _column(folder, "usage"))
    return Speed(tokens, wall, usage.ru_utime + usage.ru_stime)


def _column(run: Path, name: str) -> list[str]:
    with closing(sqlite3.connect(run / "run.sqlite")) as connection:
        return [row[0] for row in connection.execute(f"SELECT {name} FROM calls ORDER BY rowid")]  # noqa: S608


def _engine(run: Path, slots: int) -> Speed:
    from benchmarks.speed.gguf import NANO, llama_cpp
    from promptkit import Prompt

    prompts = [Prompt.model_validate_json(text) for text in _column(run, "prompt")]
    ask = llama_cpp(NANO, slots)
    clock, cores = time.perf_counter(), time.process_time()
    tokens = ask(prompts)
    return Speed(tokens, time.perf_counter() - clock, time.process_time() - cores)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_engine(Path(sys.argv[1]), int(sys.argv[2]))._asdict()))
