"""Kill a run again and again and let it go on: `python -m tests.endurance.kill --kills 200 --seed 0`.

Two ways to die: when the server has seen so many further requests, and before or after one of the run's own commits.
However it died, the finished run must equal the undisturbed one, no reply that was used may be asked for again, and
the server sees each call once plus at most those in the air at a kill.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.endurance.oracle import Oracle, tags
from tests.endurance.runs import WIDTH, Bench, write_questions
from tests.loopback import Server

DYING = (sys.executable, "-m", "tests.endurance.dying")
COMMITS_AT_START = 8  # schema, configuration and items of a run that is started or gone on with


@dataclass
class Toll:
    """What the kills cost: calls asked again, after each kill the most that could have been in the air."""

    kills: int = 0
    runs: int = 0
    calls: int = 0
    again: int = 0
    most_lost: int = 0
    ways: Counter[str] = field(default_factory=Counter)


@dataclass
class Trial:
    """One server and one set of questions: the undisturbed run, and disturbed ones that must equal it."""

    server: Server
    folder: Path
    questions: int
    concurrency: int = 4
    toll: Toll = field(default_factory=Toll)

    def __post_init__(self) -> None:
        self.undisturbed = self._bench("undisturbed")
        self.oracle = self.server.answer = Oracle()
        self.result = self.undisturbed.finish()
        self.asked = self.oracle.asked

    def disturb(self, kills: list[tuple[str, int]]) -> None:
        """Let a run die in these ways, one after the other, then finish it and compare."""
        bench = self._bench(f"disturbed-{self.toll.runs}")
        self.oracle = self.server.answer = Oracle()
        died = sum(self._die(bench, way, count) for way, count in kills)
        assert bench.finish() == self.result, "the result is another one"
        assert bench.tables() == self.undisturbed.tables(), "the record is another one"
        again = self.oracle.asked - self.asked
        assert not self.asked - self.oracle.asked, "a call was never made"
        assert again.total() <= died * self.concurrency * WIDTH, f"{again.total()} calls were asked again"
        self.toll.runs += 1
        self.toll.calls += self.asked.total()
        self.toll.again += again.total()

    def _die(self, bench: Bench, way: str, count: int) -> bool:
        """Whether it died before its end; what it used is then on record."""
        before = self.oracle.asked.total()
        if way == "request":
            process = bench.start()
            self.oracle.seen = lambda n: process.kill() if n == before + count else None
        else:
            process = bench.start(command=(*DYING, str(count), way))
        process.communicate(timeout=600)
        self.oracle.seen = lambda _: None
        recorded = tags(bench.texts())
        assert self.oracle.quoted <= recorded, "a reply was used before it was on record"
        if process.returncode != -signal.SIGKILL:
            return False
        self.toll.kills += 1
        self.toll.ways[way] += 1
        return True

    def _bench(self, name: str) -> Bench:
        questions = write_questions(self.folder / "questions.jsonl", self.questions)
        return Bench(self.folder / name, questions, self.server.openai_url, self.concurrency)


def random_kills(chance: random.Random, count: int) -> list[tuple[str, int]]:
    """Ways to die within the first calls of a process, so that a run lives through many of them."""
    ways = [chance.choice(("request", "request", "before", "after")) for _ in range(count)]
    return [(way, chance.randint(1, 12) + (0 if way == "request" else COMMITS_AT_START)) for way in ways]


def main() -> None:
    """Kill until there were enough kills; report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--questions", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        trial = Trial(server, Path(folder), given.questions)
        while trial.toll.kills < given.kills:
            trial.disturb(random_kills(chance, min(10, given.kills - trial.toll.kills)))
            sys.stdout.write(f"{trial.toll}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
