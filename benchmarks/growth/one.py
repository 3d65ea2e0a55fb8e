"""Runs, and what they took, as JSON: `python -m benchmarks.growth.one ACTORS ITEMS …`; 0 actors is this process."""

from __future__ import annotations

import json
import resource
import sqlite3
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.growth.instant import TOLD, question
from promptkit.bench import compare, read_run
from promptkit.on_ray import cluster

MODEL = "benchmarks.growth.instant:model"


def main(actors: int, sizes: Sequence[int]) -> None:
    """Run each size, the smallest first, and print what each took. Ray is begun before, and not counted."""
    engine = f"ray?actors={actors}&num_cpus=0" if actors else None
    if engine:
        cluster.enter("")
    sys.stdout.write(json.dumps([one(items, engine) for items in sizes]))
    if engine:
        cluster.leave()


def one(items: int, engine: str | None) -> dict[str, object]:
    """What one run took. The memory is the most that this process had until its end."""
    pairs = [(question(number), number + 4) for number in range(items)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "run"
        wall, cpu = time.perf_counter(), time.process_time()
        result = compare(pairs, ["direct"], model=MODEL, answer="number", directory=place, engine=engine)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if not result.complete:
            raise SystemExit(f"the run is not complete: {result.stopped}")
        used = _used_by_actors(place / "run.sqlite") if engine else {}
        record = sum(file.stat().st_size for file in place.iterdir()) / 2**20
        reading = time.process_time()
        read_run(place)
        reading = time.process_time() - reading
    return {"wall": wall, "cpu": cpu, "peak_mb": peak, "record_mb": record, "reading": reading, **used}


def _used_by_actors(record: Path) -> dict[str, object]:
    """How many calls each actor had, and the CPU of all of them between their first and last reply."""
    told = defaultdict[str, list[float]](list)
    with closing(sqlite3.connect(record)) as connection:
        for (text,) in connection.execute("SELECT text FROM calls"):
            if said := TOLD.search(text):
                told[said[1]].append(float(said[2]))
    each = sorted((len(of) for of in told.values()), reverse=True)
    return {"calls": each, "actors_cpu": sum(max(of) - min(of) for of in told.values())}


if __name__ == "__main__":
    main(int(sys.argv[1]), [int(size) for size in sys.argv[2:]])
