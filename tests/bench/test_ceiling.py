"""No run takes more than its ceiling, and one that has none is reported so."""

import asyncio
import random
from dataclasses import replace

import pytest

from promptkit import AnswerType, Completion, Usage
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.ceiling import PLANNED, _Worst, ceiling
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task
from promptkit.wrappers.budget import TURN_OVERHEAD
from tests.players import Player

QUESTIONS = tuple(Item(str(i), "How many legs have they? " * (1 + i % 7) + str(i), "24") for i in range(30))
TASK = Task("legs", AnswerType("number"), QUESTIONS)
STRATEGIES = ("direct", "cot+reflect(rounds=3)", "plan+reflect", "plan(max_steps=40)", "cot+best-of-n(draws=3)")


class Wordy(Player):
    """A token is a byte here; its replies are as long as allowed, in every form, and it thinks in secret."""

    def __init__(self, seed=0, **options):
        super().__init__(**options)
        self.seed = seed

    async def complete(self, prompt):
        self.asked.append(prompt)
        luck = random.Random(f"{self.seed} {prompt.model_dump_json()}")
        plan = "".join(f"{n}. {'x' * luck.choice((1, 30))}?\n" for n in range(1, luck.choice((2, 60))))
        text = luck.choice((plan, "x" * 500, "The answer is 24. Verdict: wrong", plan + "Verdict: wrong"))
        text = text[-prompt.max_tokens :]
        read = sum(len(m.content.encode()) + TURN_OVERHEAD for m in prompt.messages)
        usage = Usage(calls=1, input_tokens=read, output_tokens=prompt.max_tokens)
        return Completion(text=text, prompt=prompt, by=self.name, usage=usage)


def planned(model, strategies=STRATEGIES, **settings):
    return Benchmark((TASK,), (model,), strategies, RunSettings(**settings), RunLimits())


@pytest.mark.parametrize("seed", range(5))
def test_a_run_never_takes_more(seed):
    benchmark = planned(Wordy(seed), max_tokens=300, replicates=2)
    most, store = asyncio.run(ceiling(benchmark)), CallsInMemory()
    asyncio.run(run_guarded(benchmark, store, lambda _: None))
    took = sum((call.usage for call in store._calls.values()), Usage())
    assert took.calls <= most.calls
    assert took.input_tokens <= most.input_tokens
    assert took.output_tokens <= most.output_tokens


NESTED = ("plan(max_steps=40)+plan(max_steps=6)", "skeleton(max_points=30)+cot", "least-to-most(max_steps=30)+reflect")


def test_a_run_never_takes_more_where_lists_are_asked_for_inside_of_lists():
    benchmark = planned(
        Wordy(7), (*NESTED, "plan(parallel=true,max_steps=30)", "chain-of-verification"), max_tokens=200
    )
    most, store = asyncio.run(ceiling(benchmark)), CallsInMemory()
    asyncio.run(run_guarded(benchmark, store, lambda _: None))
    took = sum((call.usage for call in store._calls.values()), Usage())
    assert took.calls <= most.calls
    assert took.input_tokens <= most.input_tokens


def test_what_is_read_to_find_it_grows_with_the_square_of_the_steps_and_not_faster(monkeypatch):
    """Twice the steps are twice the prompts, which are twice as long."""
    read = list[int]()
    count = _Worst._input_tokens

    def counting(worst, prompt):
        read[-1] += sum(len(message.text) for message in prompt.messages)
        return count(worst, prompt)

    monkeypatch.setattr(_Worst, "_input_tokens", counting)
    for steps in (50, 100):
        read.append(0)
        one = Task("legs", TASK.answer, QUESTIONS[:1])
        plan = (f"plan(max_steps={steps})",)
        most = asyncio.run(ceiling(Benchmark((one,), (Wordy(),), plan, RunSettings(max_tokens=300), RunLimits())))
        assert most.calls == steps + 2
    assert read[1] < 4.5 * read[0]


def test_of_long_plans_fewer_items_stand_for_all_of_them():
    plan = (f"plan(max_steps={PLANNED})",)
    tried = replace(TASK, items=QUESTIONS[:6])
    most = asyncio.run(ceiling(Benchmark((tried,), (Wordy(),), plan, RunSettings(max_tokens=300), RunLimits())))
    longest = replace(TASK, items=(max(QUESTIONS[:6], key=lambda item: len(item.question)),))
    one = asyncio.run(ceiling(Benchmark((longest,), (Wordy(),), plan, RunSettings(max_tokens=300), RunLimits())))
    assert (most.calls, most.input_tokens) == (6 * one.calls, 6 * one.input_tokens)


def test_it_is_reached_by_what_can_be_foreseen():
    benchmark = planned(Wordy(), ("direct", "self-consistency(draws=4)"), max_tokens=300)
    most, store = asyncio.run(ceiling(benchmark)), CallsInMemory()
    asyncio.run(run_guarded(benchmark, store, lambda _: None))
    took = sum((call.usage for call in store._calls.values()), Usage())
    assert (most.calls, most.output_tokens) == (took.calls, took.output_tokens) == (120, 36_000)
    assert took.input_tokens <= most.input_tokens <= 1.2 * took.input_tokens


def test_nothing_is_asked():
    model = Wordy()
    asyncio.run(ceiling(planned(model, max_tokens=300)))
    assert not model.asked


def test_a_reply_without_a_limit_leaves_the_price_open_and_names_the_model():
    most = asyncio.run(ceiling(planned(Wordy(name="openai/gpt-5-mini"))))
    assert most.unlimited == ("openai/gpt-5-mini",)
    assert (most.input_tokens, most.output_tokens, most.usd) == (None, None, None)


def test_the_limit_that_a_model_sends_by_itself_counts():
    model = Wordy(name="anthropic/claude-haiku-4-5")
    model.default_max_tokens = 16_384
    most = asyncio.run(ceiling(planned(model, ("direct",))))
    assert most.output_tokens == 30 * 16_384
    assert most.usd > 30 * 16_384 * 5 / 1e6
    assert not most.unlimited


def test_what_is_on_record_is_not_in_it():
    benchmark, store = planned(Wordy(), max_tokens=300), CallsInMemory()
    asyncio.run(run_guarded(benchmark, store, lambda _: None))
    assert asyncio.run(ceiling(benchmark, recorded=store.get)).calls == 0
