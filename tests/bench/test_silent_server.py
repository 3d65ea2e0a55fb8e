"""Real servers that take a call and say nothing: neither the time of a run nor the end of it waits for them."""

import asyncio
import contextlib
import json
import math

import pytest

from promptkit import AnswerType, FunctionModel, OpenAI, Stopped, stream_to
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks import Item, Task
from promptkit.wrappers.silence import DRAIN_SECONDS
from tests import virtual_time
from tests.loopback import Server, faults
from tests.virtual_time import now
from tests.wrappers.troubled import FAILURES, Troubled

ITEMS = 60


@pytest.fixture
def server():
    with Server(answer=lambda _: "ok") as running:
        yield running


def planned(model, limits=None, **settings):
    task = Task("legs", AnswerType("text"), tuple(Item(str(i), f"question {i}", "ok") for i in range(ITEMS)))
    return Benchmark((task,), (model,), ("direct",), RunSettings(**settings), RunLimits(**(limits or {})))


async def made(benchmark, model):
    attempts = []
    try:
        await run_guarded(benchmark, CallsInMemory(), attempts.append)
    finally:
        await model.aclose()
    return [attempt.outcome for attempt in attempts]


def openai(server):
    return OpenAI("m", base_url=server.openai_url, api_key="sk-0123456789")


@pytest.mark.parametrize("streamed", [False, True])
def test_the_time_of_a_run_is_kept_to_with_a_server_that_says_nothing(server, monkeypatch, streamed):
    monkeypatch.setattr("promptkit.wrappers.silence.DRAIN_SECONDS", 1.0)
    server.fails = lambda _: faults.LATE
    model = openai(server)
    listening = stream_to(lambda _: None) if streamed else contextlib.nullcontext()
    with listening, pytest.raises(Stopped, match="`run_seconds` are over"):  # each call may take 600 seconds
        asyncio.run(asyncio.wait_for(made(planned(model, {"run_seconds": 1}), model), 120))
    assert len(server.requests) == 8


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("start", [0, 5])
def test_the_time_of_a_run_is_kept_to_within_seconds(start, streamed):
    provider = Troubled(FAILURES["silent server"], start=start)
    model = FunctionModel(provider, name="m", endpoint="http://host")

    async def seconds():
        with stream_to(lambda _: None) if streamed else contextlib.nullcontext(), pytest.raises(Stopped):
            await made(planned(model, {"run_seconds": 30}, concurrency=2), model)
        return now()

    assert virtual_time.run(seconds()) < 30 + DRAIN_SECONDS + 2


def test_a_call_of_which_nothing_is_heard_is_asked_again(server):
    silent = {f"question {number}" for number in (20, 33, 59)}

    def fails(body):
        question = json.dumps(body)
        for one in [one for one in silent if one in question]:
            silent.remove(one)
            return faults.LATE
        return None

    server.fails = fails
    model = openai(server)
    run = made(planned(model, silent_seconds=1), model)
    assert asyncio.run(asyncio.wait_for(run, 120)) == ["correct"] * ITEMS
    assert not silent
    assert len(server.requests) >= ITEMS + 3


def test_a_run_that_sets_more_than_a_call_may_take_leaves_none():
    provider = Troubled(FAILURES["silent server"], start=math.inf, always=frozenset({"question 30"}))
    model = FunctionModel(provider, name="m", endpoint="http://host")

    async def failed():
        outcomes = await made(planned(model, silent_seconds=10_000, attempts=1), model)
        return outcomes, now()

    outcomes, ended = virtual_time.run(failed())
    assert outcomes.count("error") == 1
    assert ended > 600
