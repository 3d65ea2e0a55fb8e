"""A model that a strategy holds itself, wherever it comes from, is treated like the one that the run was given."""

import asyncio

import pytest

from promptkit import AnswerType
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.checking import check_benchmark
from promptkit.bench.forecast import forecast
from promptkit.bench.running import run_guarded
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task
from tests.bench import holding
from tests.bench.test_accounts import Kept
from tests.players import Player

TASK = Task("legs", AnswerType("number"), tuple(Item(str(i), f"{i}?", "24") for i in range(4)))
each_spec = pytest.mark.parametrize("spec", ["tests.bench.holding:reflect", "cot+tests.bench.holding:Reflect"])


def benchmark(model, *specs):
    planned = Benchmark((TASK,), (model,), specs, RunSettings(attempts=2), RunLimits())
    check_benchmark(planned)
    return planned


@pytest.fixture(autouse=True)
def critic():
    holding.CRITIC.asked.clear()
    return holding.CRITIC


@each_spec
def test_a_forecast_does_not_ask_it_and_counts_its_calls(spec, critic):
    model = Player(["The answer is 24."])
    (found,) = asyncio.run(forecast(benchmark(model, spec)))
    assert not critic.asked
    assert not model.asked
    assert found.calls[1] >= 2 * len(TASK.items)


@each_spec
def test_it_is_asked_again_after_a_failure_and_its_calls_are_recorded(spec, critic):
    attempts, store = [], Kept()
    asyncio.run(run_guarded(benchmark(Player(["The answer is 24."]), spec), store, attempts.append))
    assert [a.outcome for a in attempts] == ["correct"] * 4
    assert sum(call.by == "own/critic" for call in store.values()) == 4
    asked = len(critic.asked)
    asyncio.run(run_guarded(benchmark(Player(["The answer is 24."]), spec), store, attempts.append))
    assert len(critic.asked) == asked


def test_calls_of_a_base_model_are_recorded_as_its_own():
    endpoints = set()

    class Store(Kept):
        async def put(self, key, endpoint, call):
            endpoints.add(endpoint)
            await super().put(key, endpoint, call)

    base = Player(["The answer is 24."], endpoint="here", chat=False)
    asyncio.run(run_guarded(benchmark(base, "cot+reflect", "tests.bench.holding:reflect"), Store(), lambda _: None))
    assert endpoints == {"here", ""}
    assert all(len(prompt.messages) == 1 for prompt in base.asked)
