"""How fast and how repeatable a GGUF file is, the bundled one or another, beside llama.cpp's own batching, in one run.

python -m benchmarks.speed.gguf [--file FILE] [--rounds 5] [--prompts 150]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from promptkit import GGUF, Completion, Message, Prompt
from promptkit.data_files import data_path
from promptkit.providers.llama.devices import imported

xllamacpp = imported()  # as `GGUF` imports it: how its threads wait is settled then
NANO = data_path("models") / "nano.gguf"
CORES = len(os.sched_getaffinity(0))
ROUNDS = 5
TEMPERATURES = (0, 0.8, 1.5, 3)
EXACT_BY_DEFAULT: Mapping[str, dict[str, Any]] = {
    "GGUF": {},
    "GGUF, slots=4": {"slots": 4},
    "GGUF, reuse_prompts": {"reuse_prompts": True},
}
FAST_BY_DEFAULT: Mapping[str, dict[str, Any]] = {"GGUF": {}, "GGUF, exact": {"exact": True}}
CONTEXT = 1024  # tokens, for all ways
LONGEST = 64  # tokens of a reply of another model: it may find no end
Ask = Callable[[Sequence[Prompt]], int]  # asks all at the same time; how many tokens were written


class Speed(NamedTuple):
    """Tokens written a second, by the clock and by the time of the cores."""

    clock: float
    cores: float


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed.gguf", description="Measure a GGUF file.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each is measured (default {ROUNDS})")
    parser.add_argument("--file", type=Path, default=NANO, help="another model than the bundled one")
    parser.add_argument(
        "--prompts", type=int, default=150, help="questions without examples (default 150); a third with"
    )
    given = parser.parse_args()
    tell(f"{given.file.name} in xllamacpp {xllamacpp.__version__}; medians of {given.rounds} runs, taken in turns.")
    loading(given.file)  # first, before others leave memory behind
    limit = None if given.file == NANO else LONGEST
    throughput(given.file, "one question each", questions(given.prompts, limit), given.rounds)
    examples = few_shot(max(1, given.prompts // 3))
    throughput(given.file, "eight worked examples before each question", examples, given.rounds)
    if given.file == NANO:
        repeatability()


def throughput(path: Path, title: str, prompts: Sequence[Prompt], rounds: int) -> None:
    """All ways take turns, so that they share the moods of the machine."""
    ways = {f"llama.cpp, {slots} slots": llama_cpp(path, slots) for slots in (1, 4, 8)}
    own = EXACT_BY_DEFAULT if path == NANO else FAST_BY_DEFAULT
    ways |= {name: ours(path, **options) for name, options in own.items()}
    speeds: dict[str, list[Speed]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name in random.sample(list(ways), len(ways)):
            speeds[name].append(speed(ways[name], prompts))
    medians = {name: Speed(*map(statistics.median, zip(*of, strict=True))) for name, of in speeds.items()}
    best = max(of.cores for name, of in medians.items() if name.startswith("llama.cpp"))
    tell(f"\n| {len(prompts)} prompts, {title} | tokens/s | tokens/core-s | of llama.cpp's best |")
    tell("| --- | ---: | ---: | ---: |")
    for name, of in medians.items():
        tell(f"| {name} | {of.clock:,.0f} | {of.cores:,.0f} | {of.cores / best:.0%} |")


def repeatability() -> None:
    """How many replies are the same when asked one by one, and all together in another order."""
    tell("\n| replies equal alone and together |" + "".join(f" T = {t:g} |" for t in TEMPERATURES))
    tell("| --- |" + " ---: |" * len(TEMPERATURES))
    for name, options in EXACT_BY_DEFAULT.items():
        tell(f"| {name} |" + "".join(f" {equal(options, temperature)} |" for temperature in TEMPERATURES))


def equal(options: Mapping[str, Any], temperature: float) -> str:
    """How many of how many."""
    asked = [p.with_temperature(temperature).with_draw(draw) for p in questions(100) for draw in (0, 1)]
    reuse = bool(options.get("reuse_prompts"))  # it computes otherwise, so its replies are compared with its own
    alone = asyncio.run(each(GGUF(NANO, engines=1, max_tokens=100, reuse_prompts=reuse), asked))
    shuffled = random.sample(asked, len(asked))
    together = {c.prompt: c.text for c in asyncio.run(all_at_once(GGUF(NANO, max_tokens=100, **options), shuffled))}
    return f"{sum(together[c.prompt] == c.text for c in alone)}/{len(asked)}"


def loading(path: Path) -> None:
    """The time and the memory of one engine."""
    model, before, started = (
        GGUF(path, engines=1, context=CONTEXT, max_tokens=LONGEST),
        memory_mb(),
        time.perf_counter(),
    )
    asyncio.run(all_at_once(model, questions(1)))
    first = time.perf_counter() - started
    asyncio.run(all_at_once(model, questions(1)))
    again = time.perf_counter() - started - first
    tell(f"An engine is loaded in {1000 * (first - again):.0f} ms and takes {memory_mb() - before:.0f} MB.")


def ours(path: Path, **options: object) -> Ask:
    """Our backend."""
    model = GGUF(path, context=CONTEXT, **options)  # type: ignore[arg-type]
    return lambda prompts: sum(c.usage.output_tokens for c in asyncio.run(all_at_once(model, prompts)))


def llama_cpp(path: Path, slots: int) -> Ask:
    """One-thread engines as we set them up, on each core one, asked directly by as many threads as they have slots."""
    engines = [server(path, slots) for _ in range(CORES)]

    def ask(prompts: Sequence[Prompt]) -> int:
        with ThreadPoolExecutor(slots * CORES) as threads:
            calls = [threads.submit(engines[i % CORES].handle_chat_completions, body(p)) for i, p in enumerate(prompts)]
            return sum(call.result().get("usage", {}).get("completion_tokens", 0) for call in calls)

    return ask


def server(path: Path, slots: int) -> Any:  # noqa: ANN401 - an untyped package
    """An engine."""
    p = xllamacpp.CommonParams()
    p.model.path, p.n_parallel, p.n_ctx = str(path), slots, CONTEXT * slots
    p.cpuparams.n_threads = p.cpuparams_batch.n_threads = p.n_threads_http = 1
    modes = xllamacpp.llama_load_mode
    p.load_mode = modes.LLAMA_LOAD_MODE_NONE if path == NANO else modes.LLAMA_LOAD_MODE_MMAP
    p.n_gpu_layers, p.fit_params, p.warmup, p.verbosity, p.cache_prompt, p.port = 0, False, False, -1, False, 0
    return xllamacpp.Server(p)


def body(prompt: Prompt) -> dict[str, Any]:
    """A request for the same as our backend asks."""
    messages = [m.model_dump() for m in prompt.messages]
    sampling = {
        "temperature": prompt.temperature or 0,
        "seed": len(prompt.question),
        "top_k": 0,
        "top_p": 1.0,
        "min_p": 0.0,
    }
    return {"messages": messages, "max_tokens": prompt.max_tokens or -1, **sampling}


async def all_at_once(model: GGUF, prompts: Sequence[Prompt]) -> list[Completion]:
    """The replies, asked for together."""
    return await asyncio.gather(*(model.complete(p) for p in prompts))


async def each(model: GGUF, prompts: Sequence[Prompt]) -> list[Completion]:
    """The replies, each asked for when the one before has come."""
    return [await model.complete(p) for p in prompts]


def speed(ask: Ask, prompts: Sequence[Prompt]) -> Speed:
    """How fast this way answers."""
    clock, cores = time.perf_counter(), time.process_time()
    tokens = ask(prompts)
    return Speed(tokens / (time.perf_counter() - clock), tokens / (time.process_time() - cores))


def questions(count: int, limit: int | None = None) -> list[Prompt]:
    """Questions of the suite `stories`, to be answered in steps."""
    asked = (f"{row['question']}\nThink step by step." for row in rows("stories", count))
    return [Prompt.of(question, temperature=0.8, max_tokens=limit) for question in asked]


def few_shot(count: int) -> list[Prompt]:
    """The same, each after the same examples, to be answered at once."""
    examples = [
        Message.model_validate({"role": role, "content": row[field]})
        for row in rows("stories.train", 8)
        for role, field in (("user", "question"), ("assistant", "target"))
    ]
    return [
        Prompt.of(row["question"], temperature=0, max_tokens=16).with_context(*examples)
        for row in rows("stories", count)
    ]


def rows(name: str, count: int) -> list[dict[str, Any]]:
    """The first rows of a file of the suites."""
    lines = Path(data_path("tasks") / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:count]]


def memory_mb() -> float:
    """The memory of this process that is in use now."""
    resident_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return resident_pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def tell(line: str) -> None:
    """Write a line of the report."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
