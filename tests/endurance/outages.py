"""What a run does while its model is in trouble, as a table: on virtual time, or with a real server of this machine.

python -m tests.endurance.outages
python -m tests.endurance.outages --real
"""

import argparse
import asyncio
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from promptkit import AnswerType, Completion, FunctionModel, OpenAI, Prompt, PromptkitError
from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory
from promptkit.outcomes import Attempt
from promptkit.settings import RunSettings
from promptkit.tasks import Item, Task
from promptkit.wrappers.outage import CONTROL
from promptkit.wrappers.wrapper import Wrapper
from tests import virtual_time
from tests.loopback import Server, faults
from tests.loopback.apis import Json
from tests.loopback.faults import Fault
from tests.virtual_time import now
from tests.wrappers.troubled import FAILURES, Troubled

START = 5.0  # seconds from the beginning of a run to that of most troubles
DURATIONS = {"2 s": 2.0, "30 s": 30.0, "5 min": 300.0, "20 min": 1200.0}
REAL_DURATIONS = {"2 s": 2.0, "30 s": 30.0}
LOADING = "503 Loading model, from the start"  # as llama.cpp while its server reads the weights
TROUBLES = {**FAILURES, LOADING: FAILURES["503"]}
REAL = {  # what the server does; `None`: it does not run
    "529": faults.failing(529),
    "503": faults.failing(503),
    "429": faults.too_many(),
    "connection refused": None,
    "connection reset": faults.RESET,
    "silent server": faults.LATE,
    "malformed body": faults.MALFORMED_JSON,
    "50 % random 500s": faults.failing(500),
    LOADING: faults.Fault(status=503, message="Loading model", code="unavailable_error"),
}
SILENT_FOR = 3.0  # seconds that a real call is waited for


@dataclass
class Seen:
    """What came of a run."""

    outcomes: Counter[str]
    stopped: PromptkitError | None
    seconds: float
    during: int
    paid_twice: int
    controls: int

    def cell(self, items: int) -> str:
        """As it stands in the table."""
        if self.stopped:
            return f"stops: {self.stopped}"
        missed = items - self.outcomes["correct"]
        return f"goes on, {self.during:,} sent" + (f", {missed} errors" if missed else "")


@dataclass
class Tally:
    """Of all runs together."""

    runs: int = 0
    paid_twice: int = 0
    controls: int = 0

    def add(self, seen: Seen) -> Seen:
        """Count a run."""
        self.runs += 1
        self.paid_twice += seen.paid_twice
        self.controls += seen.controls
        return seen


def _start(trouble: str) -> float:
    return 0.0 if trouble == LOADING else START


async def bench(model: Model, items: int) -> tuple[Counter[str], PromptkitError | None]:
    """Ask as `promptkit bench` does, with its defaults: the attempts by outcome, and what stopped the run."""
    attempts: list[Attempt] = []
    task = Task("legs", AnswerType("text"), tuple(Item(str(i), f"question {i}", "ok") for i in range(items)))
    stopped = None
    try:
        await run_guarded(Benchmark((task,), (model,), ("direct",), RunSettings()), CallsInMemory(), attempts.append)
    except PromptkitError as error:
        stopped = error
    return Counter(attempt.outcome for attempt in attempts), stopped


def virtually(trouble: str, seconds: float, items: int) -> Seen:
    """One run on virtual time, against calls that take half a second."""
    provider = Troubled(TROUBLES[trouble], start=_start(trouble), seconds=seconds)

    async def whole() -> Seen:
        outcomes, stopped = await bench(FunctionModel(provider, name="m", endpoint="http://host"), items)
        return Seen(outcomes, stopped, now(), provider.during, provider.paid_twice, provider.controls)

    return virtual_time.run(whole())


@dataclass
class _Times:
    """When the trouble of a real run is."""

    seconds: float
    start: float
    began: float = field(default_factory=time.monotonic)

    def now(self) -> bool:
        return self.start <= time.monotonic() - self.began < self.start + self.seconds

    def until_start(self) -> float:
        return self.began + self.start - time.monotonic()


class _Watched(Wrapper):
    """Counts what is sent in trouble, and what is answered."""

    def __init__(self, backend: Model, times: _Times) -> None:
        super().__init__(backend)
        self._times, self.during, self.answered = times, 0, Counter[Prompt]()

    async def answer(self, prompt: Prompt) -> Completion:
        self.during += self._times.now()
        reply = await self.backend.complete(prompt)
        self.answered[prompt] += 1
        return reply


def really(trouble: str, seconds: float, items: int) -> Seen:
    """One run against a server of this machine, whose replies take half a second."""
    times, chance, fault = _Times(seconds, _start(trouble)), random.Random(1), REAL[trouble]
    share = TROUBLES[trouble].share

    def fails(_: Json) -> Fault | None:
        return fault if fault and times.now() and chance.random() < share else None

    def answer(_: object) -> str:
        time.sleep(0.5)
        return "ok"

    server = Server(answer=answer, fails=fails)
    with server, _away(server, times if fault is None else None):
        model = OpenAI("m", base_url=server.openai_url, api_key="sk-0123456789", timeout_seconds=SILENT_FOR)
        watched = _Watched(model, times)

        async def whole() -> tuple[Counter[str], PromptkitError | None]:
            try:
                return await bench(watched, items)
            finally:
                await watched.aclose()

        outcomes, stopped = asyncio.run(whole())
    controls = watched.answered.pop(CONTROL, 0)
    paid_twice = sum(count - 1 for count in watched.answered.values())
    return Seen(outcomes, stopped, time.monotonic() - times.began, watched.during, paid_twice, controls)


@contextmanager
def _away(server: Server, times: _Times | None) -> Iterator[None]:
    """At these times, nobody listens at the server's port."""

    def leave_and_return() -> None:
        assert times
        time.sleep(max(0.0, times.until_start()))
        server.leave()
        time.sleep(times.seconds)
        server.come_back()

    thread = threading.Thread(target=leave_and_return if times else lambda: None)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def table(*, real: bool, items: int) -> Tally:
    """Print it as Markdown, row by row."""
    durations, tally = REAL_DURATIONS if real else DURATIONS, Tally()
    _write(f"| trouble | {' | '.join(durations)} |\n| --- |{' --- |' * len(durations)}\n")
    for trouble in REAL if real else TROUBLES:
        _write(f"| {trouble} |")
        for seconds in durations.values():
            seen = (really if real else virtually)(trouble, seconds, items)
            _write(f" {tally.add(seen).cell(items)} |")
        _write("\n")
    return tally


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--real", action="store_true", help="with a real server; takes about six minutes")
    parser.add_argument("--items", type=int, default=3000)
    given = parser.parse_args()
    random.seed(1)
    tally = table(real=given.real, items=given.items)
    _write(f"\n{tally.runs} runs: {tally.paid_twice} calls paid twice, {tally.controls} control questions answered\n")


if __name__ == "__main__":
    main()
