"""The callers that `benchmarks/speed` measures do what they are measured for."""

import asyncio

import pytest

from benchmarks.speed import answering
from benchmarks.speed.callers import BARE, ONLINE, measure, question
from benchmarks.speed.synthetic import AN_ITEM, MODEL, REPLICATES, STRATEGIES, TASK, synthetic_record
from promptkit.bench import read_run
from tests.loopback import Fault, faults, server  # noqa: F401 - a fixture

IN_FLIGHT, CALLS = 2, 10
WARM_UP = 4 * IN_FLIGHT


@pytest.mark.parametrize("caller", ONLINE)
def test_a_caller_makes_its_calls_and_counts_what_they_cost(caller, server):  # noqa: F811 - the fixture is the argument
    found = asyncio.run(measure(caller, CALLS, IN_FLIGHT, server.openai_url))
    assert len(server.requests) == WARM_UP + CALLS
    assert found["failed"] == {}
    assert found["cpu"] > 0
    assert found["tokens"] == CALLS * len(f"you said: {question(1)}".split())
    assert {request.body["model"] for request in server.requests} == {"m"}


@pytest.mark.parametrize("caller", ONLINE)
def test_a_caller_sends_the_fields_that_it_is_given(caller, server):  # noqa: F811
    fields = {"model": "small", "max_tokens": 5, "ignore_eos": True}
    asyncio.run(measure(caller, 1, 1, server.openai_url, fields))
    body = server.requests[0].body
    assert {name: body[name] for name in fields} == fields


def test_a_server_is_asked_by_several_processes_and_by_each_caller_alone(server, monkeypatch):  # noqa: F811
    monkeypatch.setattr(answering, "PROCESSES", 2)
    lines = list(answering.table(server.openai_url, {"model": "small"}, [4], 3, [BARE]))
    best, alone = (line.split(" | ") for line in lines[2:])
    assert best[:3] == [f"| {BARE}", "2", "4"]
    assert alone[:3] == [f"| {BARE}", "1", "4"]
    assert best[5] == "100%"
    assert len(server.requests) == 2 * (4 * 4 + 3 * 4)


def test_a_call_that_failed_is_made_again_and_counted(server):  # noqa: F811
    server.then(*[Fault()] * WARM_UP, faults.failing(500))
    found = asyncio.run(measure("SDK, aiohttp", CALLS, IN_FLIGHT, server.openai_url))
    assert len(server.requests) == WARM_UP + CALLS + 1
    assert found["failed"] == {"InternalServerError": 1}


def test_a_synthetic_record_says_so_and_has_the_attempts_that_were_asked_for(tmp_path):
    found = read_run(synthetic_record(tmp_path / "run", 30 * AN_ITEM))
    assert [row.group for row in found.rows] == [(TASK, strategy, MODEL) for strategy in STRATEGIES]
    assert "synthetic" in TASK
    assert {(row.items, row.attempts) for row in found.rows} == {(30, 30 * REPLICATES)}
    assert all(row.cost_usd and row.error_from_sampling for row in found.rows)
