"""The callers that `benchmarks/speed` measures do what they are measured for."""

import asyncio

import pytest

from benchmarks.speed.callers import ONLINE, measure
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
