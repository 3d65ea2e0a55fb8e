"""A limit in dollars: a run goes on as far as it lets it."""

import asyncio

import pytest

from promptkit import Completion, FunctionModel, Usage
from promptkit.bench import compare
from promptkit.prices import cost_usd

QUESTIONS = [(f"{number} + 0?", str(number)) for number in range(100)]
MODEL = "openai/gpt-4o-mini"
USED = Usage(calls=1, input_tokens=20, output_tokens=100)
COST = cost_usd(MODEL, USED)
pytestmark = pytest.mark.skipif(COST is None, reason="the price list needs the extra `bench`")


def model(sent):
    async def answer(prompt):
        sent.append(prompt)
        await asyncio.sleep(0)
        number = prompt.question.partition(" ")[0]
        return Completion(text=f"The answer is {number}.", prompt=prompt, by=MODEL, usage=USED)

    return FunctionModel(answer, name=MODEL)


def test_calls_in_flight_end_no_run_that_has_money_left():
    sent = []
    limit = 100 * COST + 2 * cost_usd(MODEL, Usage(calls=1, input_tokens=40, output_tokens=4000))
    result = compare(QUESTIONS, {"direct": model(sent)}, answer="number", max_tokens=4000, max_cost=limit)
    assert result.complete
    assert len(sent) == 100


def test_a_run_stops_where_the_next_call_could_exceed_the_limit(tmp_path):
    sent = []
    most = cost_usd(MODEL, Usage(calls=1, input_tokens=40, output_tokens=4000))
    limit = 50 * COST + most
    options = {"answer": "number", "max_tokens": 4000, "max_cost": limit, "directory": tmp_path / "run"}
    result = compare(QUESTIONS, {"direct": model(sent)}, **options)
    assert not result.complete
    assert "and the next call may cost" in result.stopped
    assert "in flight" not in result.stopped
    spent = len(sent) * COST
    assert spent <= limit < spent + most + COST
    assert compare(QUESTIONS, {"direct": model(sent)}, **{**options, "max_cost": 1.0}).complete
    assert len(sent) == 100
