"""The peak memory of the commands that read a run: of each item 10 attempts, 13 calls, replies of 270 characters."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed.processes import tell
from promptkit.answers import AnswerType
from promptkit.outcomes import Attempt
from promptkit.record.calls import CallStore
from promptkit.record.tables import FILE
from promptkit.record.writer import RunWriter
from promptkit.tasks import Item, Task
from promptkit.types import Completion, Prompt, Usage

BASE_MB, ITEM_KB = 150, 0.5  # what a command may take
VOTE = "self-consistency(n=4)"
STRATEGIES = (
    *("direct", "cot", "few-shot", "few-shot+cot", "plan", "instructions", "cot+reflect", "plan+reflect"),
    *("few-shot+plan", VOTE),
)
COMMANDS = {
    "choose": ("choose",),
    "flips": ("flips",),
    "power": ("power", "--difference", "0.05"),
    "curve": ("curve",),
    "rescore": ("rescore",),
    **{f"report --format {kind}": ("report", "--format", kind) for kind in ("html", "md", "csv", "parquet", "eval")},
}
_AT_ONCE = 500  # items
_WATCH = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, used = os.wait4(process.pid, 0)
print(used.ru_maxrss, used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status))
"""  # in a small process: what a new one begins with counts among its own memory


def reading(items: int) -> Iterator[str]:
    """Peak memory of each command beside what it may take, and its CPU time."""
    yield f"| {items:,} items, {items * len(STRATEGIES):,} attempts | peak, MB | allowed, MB | CPU, s |"
    yield "| --- | ---: | ---: | ---: |"
    with tempfile.TemporaryDirectory() as folder:
        tell(f"reading: writing a record of {items:,} items")
        run = record(Path(folder) / "run", items)
        for name, (command, *options) in COMMANDS.items():
            tell(f"reading: {name}")
            peak, cpu = used([sys.executable, "-m", "promptkit", command, str(run), *options])
            yield f"| `promptkit {name}` | {peak:.0f} | {BASE_MB + ITEM_KB * items / 1024:.0f} | {cpu:.0f} |"


def record(directory: Path, items: int) -> Path:
    """A run with all of them answered, as `promptkit bench` would have recorded it."""
    chance, task = random.Random(1), _task(items)  # noqa: S311 - no secret
    writer = RunWriter(directory)
    writer.begin({"tasks": ["sums.jsonl"], "model": "openai/m", "answer": "number"}, [task])
    for start in range(0, items, _AT_ONCE):
        calls = []
        for item in task.items[start : start + _AT_ONCE]:
            for strategy in STRATEGIES:
                attempt, made = _attempt(item, strategy, right=chance.random() < 0.5 + 0.04 * len(strategy) / 5)
                writer.add(attempt)
                calls += made
        asyncio.run(store(directory, calls))
    writer.close()
    return directory


def _task(items: int) -> Task:
    made = tuple(Item(str(i), f"What is {i} plus 4? Answer with a number.", str(i + 4)) for i in range(items))
    return Task("sums", AnswerType("number"), made)


def _attempt(item: Item, strategy: str, *, right: bool) -> tuple[Attempt, list[Completion]]:
    answer = item.target if right else "3"
    calls = [_call(item, strategy, answer, draw) for draw in range(4 if strategy == VOTE else 1)]
    usage = sum((call.usage for call in calls), Usage())
    attempt = Attempt(
        task="sums",
        strategy=strategy,
        model="openai/m",
        item=item.id,
        outcome="correct" if right else "wrong",
        answer=answer,
        rule="answer is",
        usage=usage,
        paid=usage,
        seconds=1.5,
        calls=tuple((f"draw {number}" if len(calls) > 1 else "", call.key) for number, call in enumerate(calls)),
        reply=calls[0].key,
    )
    return attempt, calls


def _call(item: Item, strategy: str, answer: str, draw: int) -> Completion:
    text = f"{'Adding one number to another one gives their sum, and so on. ' * 4}The answer is {answer}."
    prompt = Prompt.of(item.question, system=f"As {strategy}.").with_draw(draw)
    usage = Usage(calls=1, input_tokens=40, output_tokens=60)
    key = f"{strategy} {item.id} {draw}"
    return Completion(text=text, prompt=prompt, by="openai/m", usage=usage, seconds=1.5, key=key)


async def store(directory: Path, calls: list[Completion]) -> None:
    """Record these calls."""
    store = CallStore(directory / FILE)
    await asyncio.gather(*(store.put(call.key, "https://api", call) for call in calls))
    store.close()


def used(command: list[str]) -> tuple[float, float]:
    """MB and seconds of CPU that a command took, the largest process counting where it starts others."""
    with tempfile.TemporaryFile("w+") as out:
        watched = [sys.executable, "-S", "-c", _WATCH, *command]
        done = subprocess.run(watched, stdout=subprocess.PIPE, stderr=out, text=True, check=False)  # noqa: S603 - ours
        peak, cpu, code = map(float, done.stdout.split())
        out.seek(0)
        said = out.read()
        if code not in {0, 1, 3, 4} or "Traceback" in said:  # 1: incomplete; 3, 4: a condition is shown, or unclear
            raise SystemExit(f"{' '.join(command)} failed:\n{said}")
    return peak / 1024, cpu
