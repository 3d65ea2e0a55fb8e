"""The callers that `benchmarks/speed` measures do what they are measured for."""

import asyncio

import pytest

from benchmarks.speed.callers import ONLINE, measure
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
