"""What an attempt took is computed from its calls: not what it waited for a turn, nor what a replay took."""

import asyncio

from promptkit.answers import AnswerType
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.running import run_guarded
from promptkit.record.calls import CallStore
from promptkit.settings import RunSettings
from promptkit.tasks import Item, Task
from promptkit.types import Completion
from tests.players import Player

NUMBER = AnswerType("number")


class Timed(Player):
    """Each call takes a second by its own account."""

    async def complete(self, prompt):
        return Completion(text="The answer is 24.", prompt=prompt, by=self.name, seconds=1.0)


def ran(store, strategies):
    task = Task("legs", NUMBER, tuple(Item(str(i), f"{i}?", "24") for i in range(3)))
    attempts = []
    benchmark = Benchmark((task,), (Timed(),), strategies, RunSettings(concurrency=1))
    asyncio.run(run_guarded(benchmark, store, attempts.append))
    return {(a.strategy, a.seconds) for a in attempts}


def test_an_attempt_takes_the_time_of_its_calls_also_when_they_are_replayed(tmp_path):
    strategies = ("direct", "cot", "self-consistency(draws=3,temperature=1)", "plan")
    expected = {("direct", 1), ("cot", 1), ("self-consistency(draws=3,temperature=1)", 1), ("plan", 2)}
    for _ in range(2):  # the second time all calls are on record
        store = CallStore(tmp_path / "calls.sqlite")
        assert ran(store, strategies) == expected
        store.close()
