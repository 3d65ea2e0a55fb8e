"""Models in an application: loops, threads and ends of every kind, 1,000 calls each: `python -m tests.endurance.apps`.

Every cell is a process of its own, started as `python -W error -X dev`: what is lost (an answer that is missing, wrong,
or asked for twice where the wrapper asks once), what hangs, and every line on standard error counts.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import promptkit
from promptkit import Cache, CallStore, Limit, Model, OpenAI, Prompt, Record, Retry
from promptkit.loops import goes_on
from tests.loopback import Server

SECONDS = 600  # a cell that takes longer hangs; a busy machine needs a minute
LIMIT = 16
Ask = Callable[[Model, range], None]  # has the model answer all of these questions


class Counted(Server):
    """Answers each question with itself, counts what it was asked, and how much at the same time."""

    def __init__(self) -> None:
        super().__init__(answer=self._answer, gate=self._gate)
        self.lock = threading.Lock()
        self.asked: Counter[str] = Counter()
        self.now = self.most = 0

    def _answer(self, turns: list[dict[str, str]]) -> str:
        with self.lock:
            self.asked[turns[-1]["content"]] += 1
        return turns[-1]["content"]

    @contextlib.contextmanager
    def _gate(self) -> Iterator[None]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            time.sleep(0.002)
            yield
        finally:
            with self.lock:
                self.now -= 1


async def ask(model: Model, numbers: range, at_once: int = 50) -> None:
    """Ask them in the running loop, so many at the same time."""
    left = iter(numbers)

    async def worker() -> None:
        for number in left:
            reply = await model.complete(Prompt.of(str(number)))
            if reply.text != str(number):
                raise ValueError(f"{number} was answered with {reply.text}")
            ANSWERED.append(number)

    await asyncio.gather(*(worker() for _ in range(at_once)))


def ask_blocking(model: Model, numbers: range) -> None:
    """Ask them one after the other."""
    ANSWERED.extend(int(promptkit.run(model, str(number)).text) for number in numbers)


ANSWERED: list[int] = []


def two_loops(model: Model, numbers: range) -> None:
    """Two loops in two threads, which both ask everything, and a loop after them."""
    threads = [threading.Thread(target=lambda: asyncio.run(ask(model, numbers))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asyncio.run(ask(model, numbers[:10]))


def threads(model: Model, numbers: range) -> None:
    """`run()` in eight threads, and in a loop that blocks for none of them."""

    async def all_of_them() -> None:
        parts = [numbers[start::9] for start in range(9)]
        await asyncio.gather(
            ask(model, parts[8]), *(asyncio.to_thread(ask_blocking, model, part) for part in parts[:8])
        )

    asyncio.run(all_of_them())


def cancelled(model: Model, numbers: range) -> None:
    """A loop that is cancelled in the middle of calls while another one, which asks the same, goes on."""

    async def interrupted() -> None:
        asyncio.get_running_loop().call_later(0.1, asyncio.current_task().cancel)  # type: ignore[union-attr]
        await ask(model, numbers)

    def once() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(interrupted())

    beside = threading.Thread(target=once)
    beside.start()
    asyncio.run(ask(model, numbers))
    beside.join()
    once()
    asyncio.run(ask(model, numbers[:10]))


def closed(model: Model, numbers: range) -> None:
    """A loop that is stopped and closed in the middle of calls, without any good order, and others after it."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)  # its own tasks are lost, as it would report
    warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # and Python, of those that had not begun
    tasks = [loop.create_task(ask(model, numbers))]
    loop.call_later(0.3, loop.stop)
    loop.run_forever()
    assert not goes_on(loop)
    asyncio.run(ask(model, numbers))
    loop.close()
    asyncio.run(ask(model, numbers[:10]))
    tasks.clear()


def notebook(model: Model, numbers: range) -> None:
    """A running loop in which cells await, leave tasks behind, and block with `run()` while those are in flight."""

    async def cells() -> None:
        await ask(model, numbers[::2])
        behind = asyncio.create_task(ask(model, numbers[1::2]))
        await asyncio.sleep(0.05)
        ask_blocking(model, numbers[1::20])
        await behind

    asyncio.run(cells())


def script(model: Model, numbers: range) -> None:
    """A script with `run()` that ends without closing anything."""
    ask_blocking(model, numbers)


SITUATIONS: dict[str, Ask] = {
    "two loops": two_loops,
    "threads": threads,
    "cancelled loop": cancelled,
    "closed loop": closed,
    "notebook": notebook,
    "script's end": script,
}
WRAPPERS: dict[str, Callable[[Model, Path], Model]] = {
    "bare": lambda model, _: model,
    "Limit": lambda model, _: Limit(model, LIMIT),
    "Retry": lambda model, _: Retry(model),
    "Cache": lambda model, folder: Cache(model, CallStore(folder / "calls.sqlite")),
    "Record": lambda model, folder: Record(model, folder / "calls.jsonl"),
}


def play(situation: str, wrapper: str, calls: int) -> str:
    """Play one cell in this process; what was lost, or `""`."""
    numbers = range(calls)
    with Counted() as server, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = OpenAI("m", provider="vllm", base_url=server.openai_url)
        wrapped = WRAPPERS[wrapper](model, folder)
        SITUATIONS[situation](wrapped, numbers)
        lost = [f"{len(set(numbers) - set(ANSWERED))} not answered"] if set(numbers) - set(ANSWERED) else []
        # what a loop has sent that was cut off, or that `run()` blocks, others send again
        if (
            wrapper == "Cache"
            and situation in {"two loops", "threads", "script's end"}
            and max(server.asked.values()) > 1
        ):
            lost.append(f"{sum(server.asked.values()) - len(server.asked)} asked twice")
        if wrapper == "Limit" and situation in {"two loops", "threads", "script's end"} and server.most > LIMIT:
            lost.append(f"{server.most} at the same time")
        if wrapper == "Record":
            lines = (folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()
            lost += [f"{len(lines)} lines"] * (len(lines) != calls)
    return ", ".join(lost)


def outcome(situation: str, wrapper: str, calls: int) -> str:
    """`"0 0 0"` for lost, hung, warnings, or what happened instead."""
    command = [sys.executable, "-W", "error", "-X", "dev", "-m", "tests.endurance.apps", "--calls", str(calls)]
    command += ["--cell", situation, wrapper]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "hung"
    if done.stdout.strip():
        return f"lost: {done.stdout.strip()}"
    # asyncio's own remarks about a machine that was busy, or blocked by `run()`
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Executing <")]
    if done.returncode or lines:
        return f"warnings: {chr(10).join(lines) or done.returncode}"
    return "0 0 0"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.endurance.apps", description=__doc__)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--cell", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.cell:
        situation, wrapper = given.cell
        sys.stdout.write(play(situation, wrapper, given.calls))
        return
    sys.stdout.write(f"{given.calls} calls each: lost, hung, warnings\n\n| | {' | '.join(WRAPPERS)} |\n")
    sys.stdout.write(f"|---|{'---|' * len(WRAPPERS)}\n")
    faults = []
    for situation in SITUATIONS:
        cells = {wrapper: outcome(situation, wrapper, given.calls) for wrapper in WRAPPERS}
        faults += [f"{situation}, {wrapper}: {found}" for wrapper, found in cells.items() if found != "0 0 0"]
        short = [found.partition(":")[0] for found in cells.values()]
        sys.stdout.write(f"| {situation} | {' | '.join(short)} |\n")
        sys.stdout.flush()
    sys.stdout.write("".join(f"\n{fault}\n" for fault in faults))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
