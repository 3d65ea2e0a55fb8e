"""How many waves of batches a strategy takes: as many as it has calls that wait for each other's replies."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.forecast import LONGEST, QUICKEST
from promptkit.bench.models import Models, batch_api_of
from promptkit.bench.running import run_on
from promptkit.types import Completion, Prompt, Usage

QUIET_SECONDS = 0.05


@dataclass(frozen=True)
class BatchPlan:
    """What a run by batches takes in time.

    Attributes:
        waves: least and most, one after the other.
        hours: within which each is answered.
        models: that are asked by batches.
        live: that are asked at once.
    """

    waves: tuple[int, int]
    hours: int
    models: tuple[str, ...]
    live: tuple[str, ...]


async def batch_plan(benchmark: Benchmark) -> BatchPlan:
    """The waves of a run, from the first item of each task. Nothing is sent.

    Least: plans have one step, critics accept. Most: plans have eight steps, critics never accept.
    """
    apis = {model.name: batch_api_of(model) for model in benchmark.asked_models()}
    batched = {name: api for name, api in apis.items() if api}
    fewest, most = [await _waves(benchmark, reply, set(batched)) for reply in (QUICKEST, LONGEST)]
    hours = max(api.hours for api in batched.values())
    return BatchPlan((fewest, max(fewest, most)), hours, tuple(batched), tuple(apis.keys() - batched.keys()))


async def _waves(benchmark: Benchmark, reply: str, batched: set[str]) -> int:
    settings = benchmark.settings.updated({"stop_when_decided": False, "replicates": 1})
    tasks = tuple(replace(task, items=task.items[:1]) for task in benchmark.tasks)
    waves = _Waves(reply)

    def played(model: Model) -> Model:
        return _Played(model, waves if model.name in batched else None, reply)

    models = Models(played, benchmark.load)
    one = replace(benchmark, tasks=tasks, settings=settings)
    await run_on(one, models.guarded, models.named, lambda _: None, at_once=len(tasks))
    return waves.count


class _Waves:
    """Answers calls when for a moment none came, all together."""

    def __init__(self, reply: str) -> None:
        self.count = 0
        self._reply = reply
        self._wave: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def over(self) -> None:
        """Wait for the end of the wave."""
        loop = asyncio.get_running_loop()
        if self._timer:
            self._timer.cancel()
        self._wave = self._wave or loop.create_future()
        self._timer = loop.call_later(QUIET_SECONDS, self._end)
        await asyncio.shield(self._wave)

    def _end(self) -> None:
        self.count += 1
        wave, self._wave = self._wave, None
        if wave is not None:
            wave.set_result(None)


class _Played:
    """A model that replies as a forecast has it, in waves or at once."""

    def __init__(self, model: Model, waves: _Waves | None, reply: str) -> None:
        self.name, self.endpoint, self.chat = model.name, model.endpoint, getattr(model, "chat", True)
        self._waves, self._reply = waves, reply

    async def complete(self, prompt: Prompt) -> Completion:
        """The reply, at the end of the wave."""
        if self._waves:
            await self._waves.over()
        return Completion(text=self._reply, prompt=prompt, by=self.name, usage=Usage(calls=1))

    async def aclose(self) -> None:
        """Nothing."""
