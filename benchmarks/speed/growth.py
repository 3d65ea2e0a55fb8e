"""What the analysis of a run takes as the run grows: synthetic records of up to millions of attempts."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.speed.processes import tell
from benchmarks.speed.reading import used
from benchmarks.speed.synthetic import AN_ITEM, REPLICATES, STRATEGIES, synthetic_record

LIMIT_MB = 2048
_SUMMARY = "import sys; from promptkit.bench import read_run; print(len(read_run(sys.argv[1]).rows))"
COMMANDS = {
    "promptkit.bench.read_run": ("-c", _SUMMARY, "RUN"),
    "promptkit choose": ("-m", "promptkit", "choose", "RUN"),
    "promptkit check": ("-m", "promptkit", "check", "RUN", "--fail-if", "cot < direct - 0.02"),
    "promptkit report --format md": ("-m", "promptkit", "report", "RUN", "--format", "md"),
    "promptkit report --format csv": ("-m", "promptkit", "report", "RUN", "--format", "csv"),
}


def growth(counts: Sequence[int]) -> Iterator[str]:
    """Seconds of CPU and peak memory of each command, by the number of attempts."""
    yield f"Synthetic records: {len(STRATEGIES)} strategies, {REPLICATES} replicates. Allowed: {LIMIT_MB:,} MB."
    yield ""
    yield "| attempts | items | record, MB | command | CPU, s | peak, MB |"
    yield "| ---: | ---: | ---: | --- | ---: | ---: |"
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            tell(f"growth: writing a record of {count:,} attempts")
            run = synthetic_record(Path(folder) / "run", count)
            size = (run / "run.sqlite").stat().st_size / 2**20
            for name, command in COMMANDS.items():
                tell(f"growth: {name}")
                peak, cpu = used([sys.executable, *(str(run) if part == "RUN" else part for part in command)])
                yield f"| {count:,} | {count // AN_ITEM:,} | {size:,.0f} | `{name}` | {cpu:,.0f} | {peak:,.0f} |"
