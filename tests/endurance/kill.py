"""Kill a run again and again and let it go on: `python -m tests.endurance.kill --kills 200 --seed 0`.

Two ways to die: when the server has seen so many further requests, and before or after one of the run's own commits.
With --outages the server is overloaded for 5 of every 40 requests on top.

However it died, the finished run must equal the undisturbed one, no reply that was used may be asked for again, and
the server sees each call once plus at most those in flight at a kill.
"""

from __future__ import annotations

import argparse
import itertools
import random
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.endurance.dying import Mortal
from tests.endurance.oracle import Oracle, tags
from tests.endurance.runs import WIDTH, Bench, result, write_questions
from tests.loopback import Server, faults
from tests.loopback.apis import Json
from tests.loopback.faults import Fault

_WAYS = {"request": "at a request", "before": "before a commit", "after": "after a commit"}
COMMITS_AT_START = 4  # schema, configuration and items of a run that is started or resumed


@dataclass
class Toll:
    """What happened: runs finished, kills and how they came, calls of the undisturbed runs, and calls asked again.

    `most_again` is the most calls that one run asked again, by kill.
    """

    runs: int = 0
    kills: int = 0
    calls: int = 0
    asked_again: int = 0
    most_again: float = 0
    ways: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        ways = ", ".join(f"{count} {_WAYS[way]}" for way, count in self.ways.items())
        return (
            f"{self.kills} kills ({ways}) in {self.runs} runs: each result and record equals the undisturbed one; "
            f"{self.asked_again} of {self.calls} calls were asked again, at most {self.most_again:g} a kill"
        )


@dataclass
class Trial:
    """One server and one set of questions: the undisturbed run, and disturbed ones that must equal it."""

    server: Server
    folder: Path
    questions: int
    concurrency: int = 4
    toll: Toll = field(default_factory=Toll)

    def __post_init__(self) -> None:
        """Run it once undisturbed."""
        self.undisturbed = self._bench("undisturbed")
        self.oracle = self.server.answer = Oracle()
        self.result = self._finish(self.undisturbed)
        self.asked = self.oracle.asked

    def disturb(self, *deaths: tuple[str, int]) -> int:
        """Let a run die in these ways, one after the other, finish it, and compare; how often it did die."""
        bench = self._bench(f"disturbed-{self.toll.runs}")
        self.oracle = self.server.answer = Oracle()
        died = sum(self._dies(bench, way, count) for way, count in deaths)
        assert self._finish(bench) == self.result, "the result is another one"
        assert bench.tables() == self.undisturbed.tables(), "the record is another one"
        assert not self.asked - self.oracle.asked, "a call was never made"
        again = (self.oracle.asked - self.asked).total()
        assert again <= died * self.concurrency * WIDTH, f"{again} calls were asked again after {died} kills"
        self.toll.runs += 1
        self.toll.kills += died
        self.toll.calls += self.asked.total()
        self.toll.asked_again += again
        self.toll.most_again = max(self.toll.most_again, again / max(died, 1))
        return died

    def _dies(self, bench: Bench, way: str, count: int) -> bool:
        """Whether it died before its end; what it used is on record then."""
        life = self._start(bench, None if way == "request" else (way, count))
        if way == "request":
            last = self.oracle.asked.total() + count
            self.oracle.seen = lambda n: life.process.kill() if n == last else None
        code, _, err = life.wait()
        self.oracle.seen = lambda _: None
        assert self.oracle.quoted <= tags(bench.texts()), "a reply was used before it was on record"
        assert code in {0, -signal.SIGKILL}, err
        died = code != 0
        self.toll.ways[way] += died
        return died

    def _start(self, bench: Bench, death: tuple[str, int] | None = None) -> Mortal:
        return Mortal(bench.arguments(), bench.environment, self.folder / "printed", death)

    def _finish(self, bench: Bench) -> str:
        return result(*self._start(bench).wait())

    def _bench(self, name: str) -> Bench:
        questions = write_questions(self.folder / "questions.jsonl", self.questions)
        return Bench(self.folder / name, questions, self.server.openai_url, self.concurrency)


class Overloaded:
    """Fails `most` of every `of` requests, one after the other."""

    def __init__(self, most: int = 5, of: int = 40) -> None:
        self._requests, self._most, self._of = itertools.count(1), most, of

    def __call__(self, _: Json) -> Fault | None:
        return faults.failing(529) if next(self._requests) % self._of >= self._of - self._most else None


def random_deaths(chance: random.Random, count: int) -> list[tuple[str, int]]:
    """Ways to die within the first calls of a process, so that a run lives through many of them."""
    ways = [chance.choice(("request", "request", "before", "after")) for _ in range(count)]
    return [(way, chance.randint(1, 12) + (0 if way == "request" else COMMITS_AT_START)) for way in ways]


def at_random(trial: Trial, kills: int, chance: random.Random) -> None:
    """Kill until there were so many kills."""
    while (left := kills - trial.toll.kills) > 0:
        trial.disturb(*random_deaths(chance, min(10, left)))
        _report(trial.toll)


def at_every_point(trial: Trial) -> None:
    """Kill a fresh run at each of its requests, and before and after each of its commits."""
    for way in ("request", "before", "after"):
        survived = 0
        for point in itertools.count(1):
            survived = 0 if trial.disturb((way, point)) else survived + 1
            if survived == 3:  # not once: calls that end together share a commit, so runs differ in how many they have
                break
        _report(trial.toll)


def _report(toll: Toll) -> None:
    sys.stdout.write(f"{toll}\n")
    sys.stdout.flush()


def main() -> None:
    """Kill, and report after every run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="at random points")
    parser.add_argument("--questions", type=int, help="of each run; 12, and 2 with --every")
    parser.add_argument("--concurrency", type=int, default=4, help="calls in the air; with 1 no two share a commit")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--outages", action="store_true", help="let the server be overloaded now and then")
    parser.add_argument("--every", action="store_true", help="at every request and commit of a run instead")
    given = parser.parse_args()
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        if given.outages:
            server.fails = Overloaded()
        trial = Trial(server, Path(folder), given.questions or (2 if given.every else 12), given.concurrency)
        if given.every:
            at_every_point(trial)
        else:
            at_random(trial, given.kills, random.Random(given.seed))


if __name__ == "__main__":
    main()
