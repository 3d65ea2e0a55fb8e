"""Follow-up questions that a search answers are counted before anything is sent."""

import asyncio

from promptkit import AnswerType, SelfAsk
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.ceiling import ceiling
from promptkit.bench.forecast import forecast
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task
from tests.players import Player

TASK = Task("legs", AnswerType("number"), tuple(Item(str(i), f"{i}?", "24") for i in range(4)))


def planned(*, reply_tokens=100):
    model, search = Player(), Player(name="search")
    asks = SelfAsk(model, searcher=search, max_follow_ups=3)
    settings = RunSettings(max_tokens=reply_tokens)
    return Benchmark((TASK,), (), {"asks": asks}, settings, RunLimits()), model, search


def test_a_forecast_goes_from_no_follow_up_question_to_all_that_are_answered():
    benchmark, model, search = planned()
    (found,) = asyncio.run(forecast(benchmark))
    assert found.calls == (4, 4 * (2 * 3 + 1))
    assert not model.asked
    assert not search.asked


def test_a_ceiling_has_all_that_are_answered_each_as_long_as_a_reply():
    short, long = (asyncio.run(ceiling(planned(reply_tokens=n)[0])) for n in (2_000, 3_000))
    assert short.calls == long.calls == 4 * (2 * 3 + 1)
    in_prompts = 3 * 1 + 2 * (1 + 2 + 3)  # as a question alone, and as turns with its answer
    assert long.input_tokens - short.input_tokens == 4 * 1_000 * in_prompts
