import random

import pytest

from promptkit import AnswerType, Example, UsageError
from promptkit.analysis.pairs import Pair
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.checking import check_benchmark
from promptkit.bench.early_stopping import EarlyStopping
from promptkit.bench.running import run_guarded
from promptkit.outcomes import Attempt, Group
from promptkit.record.calls import CallStore
from promptkit.settings import RunSettings
from promptkit.tasks import Item, Task
from tests.players import Player

TASK = Task("t", AnswerType("number"), tuple(Item(str(i), f"Question {i}?", "24") for i in range(300)))


def early_stopping(*specs, margin=0.02):
    pairs = [Pair(Group("t", spec, "m"), Group("t", specs[0], "m")) for spec in specs[1:]]
    return EarlyStopping([TASK], pairs, margin, 0.05)


def attempt(spec, item, right):
    return Attempt("t", spec, "m", item, "correct" if right else "wrong")


def test_a_clear_winner_drops_out_early_and_the_undecided_go_on():
    going = early_stopping("direct", "cot", "same")
    for item in TASK.items[:60]:
        for spec in ("direct", "cot", "same"):
            going.add(attempt(spec, item.id, right=spec == "cot"))
    assert going.running("t") == {("direct", "m"), ("same", "m")}


def test_when_all_is_decided_nothing_runs_the_baseline_included():
    going = early_stopping("direct", "cot")
    for item in TASK.items[:60]:
        for spec in ("direct", "cot"):
            going.add(attempt(spec, item.id, right=spec == "cot"))
    assert going.running("t") == frozenset()


def test_items_are_fed_in_their_own_order_whatever_order_they_end_in():
    chance = random.Random(3)
    results = [(s, i.id, chance.random() < p) for i in TASK.items[:80] for s, p in (("direct", 0.4), ("cot", 0.7))]
    in_order, shuffled = early_stopping("direct", "cot"), early_stopping("direct", "cot")
    for result in results:
        in_order.add(attempt(*result))
    chance.shuffle(results)
    for result in results:
        shuffled.add(attempt(*result))
    assert in_order._running == shuffled._running


def test_a_failed_attempt_is_passed_over():
    going = early_stopping("direct", "cot")
    for item in TASK.items[:60]:
        going.add(Attempt("t", "direct", "m", item.id, "error"))
        going.add(attempt("cot", item.id, right=True))
    assert going.running("t") == {("direct", "m"), ("cot", "m")}


def test_a_benchmark_that_stops_when_decided_saves_calls(tmp_path):
    import asyncio

    def reply(prompt):
        return "The answer is 24." if "step by step" in prompt.question else "The answer is 7."

    model = Player(reply=reply)
    benchmark = Benchmark((TASK,), (model,), ("direct", "cot"), RunSettings(concurrency=4, stop_when_decided=True))
    store = CallStore(tmp_path / "calls.sqlite")
    attempts = []
    asyncio.run(run_guarded(benchmark, store, attempts.append))
    store.close()
    assert 10 < len(attempts) < 120
    assert len(model.asked) == len(attempts)


def test_clusters_and_replicates_do_not_go_with_stopping_early():
    clustered = Task("t", AnswerType("number"), (Item("1", "?", "24", cluster="a"),))
    settings = RunSettings(strategies=("direct", "cot"), stop_when_decided=True)
    with pytest.raises(UsageError, match="does not support tasks with clusters"):
        check_benchmark(Benchmark((clustered,), Player(), settings=settings))
    with pytest.raises(UsageError, match="one of `replicates`"):
        check_benchmark(Benchmark((TASK,), Player(), settings=settings.updated({"replicates": 2})))


def test_examples_of_an_item_stay_with_it_when_items_are_shuffled():
    items = tuple(
        Item(str(i), f"{i}?", str(i), examples=(Example(question=f"{i}0?", answer=str(i)),)) for i in range(20)
    )
    shuffled = Task("t", AnswerType("number"), items).shuffled(1)
    assert [i.id for i in shuffled.items] != [i.id for i in items]
    assert all(i.examples[0].question == f"{i.id}0?" for i in shuffled.items)


def test_what_nothing_is_compared_with_is_refused_since_nothing_would_be_asked():
    alone = Benchmark((TASK,), (Player(),), ("direct",), RunSettings(stop_when_decided=True))
    with pytest.raises(UsageError, match="nothing is compared with direct on player"):
        check_benchmark(alone)
