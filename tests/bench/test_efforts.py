"""Several efforts in one run: every strategy at each, on every model, compared as several models are."""

import asyncio

import pytest

from promptkit import Completion, FunctionModel, InvalidRequest, Usage, UsageError
from promptkit.bench import compare, read_run
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.forecast import forecast
from promptkit.record.reader import read_configuration
from promptkit.settings import RunSettings
from promptkit.tasks import Task

PAIRS = [(f"{number} + {24 - number}?", 24) for number in range(40)]
THOUGHT = {"low": 10, "high": 1000}


class Thinker(FunctionModel):
    """Right at a high effort; counts its hidden reasoning."""

    def check(self, prompt):
        if prompt.effort == "max":
            raise InvalidRequest(f"{self.name} has no `effort` max; give low, high", model=self.name)


def thinker(asked, name="openai/gpt-5-mini"):
    def answer(prompt):
        asked.append(prompt)
        thought = THOUGHT.get(prompt.effort, 0)
        right = prompt.effort == "high"
        usage = Usage(calls=1, input_tokens=10, output_tokens=thought + 5, reasoning_tokens=thought)
        return Completion(text=f"The answer is {24 if right else 7}.", prompt=prompt, by=name, usage=usage)

    return Thinker(answer, name=name)


def test_every_strategy_runs_at_every_effort_on_every_model():
    models = [thinker([], name) for name in ("a", "b")]
    result = compare(PAIRS[:3], "direct,cot", model=models, effort=["low", "high"], answer="number")
    assert [(row.strategy, row.model) for row in result.rows] == [
        (strategy, f"{model}?effort={effort}")
        for model in ("a", "b")
        for effort in ("low", "high")
        for strategy in ("direct", "cot")
    ]


def test_efforts_are_compared_as_models_are():
    result = compare(PAIRS, "direct,cot", model=thinker([]), effort=["low", "high"], answer="number")
    found = {(c.strategy, c.model, c.baseline_model): c.verdict for c in result.across_models}
    low, high = (f"openai/gpt-5-mini?effort={effort}" for effort in ("low", "high"))
    assert found == {("direct", high, low): "better", ("cot", high, low): "better"}


def test_a_strategy_that_is_an_object_runs_at_every_effort():
    result = compare(PAIRS[:2], {"mine": thinker([], "m")}, effort=["low", 2048], answer="number")
    assert [row.model for row in result.rows] == ["m?effort=low", "m?effort=2048"]


def test_calls_are_those_of_the_model_itself_so_that_one_effort_shares_them(tmp_path):
    asked = []
    options = {"model": thinker(asked), "effort": ["low", "high"], "answer": "number", "directory": tmp_path / "run"}
    compare(PAIRS[:4], "direct", **options)
    assert sorted(prompt.effort for prompt in asked) == ["high"] * 4 + ["low"] * 4
    assert compare(PAIRS[:4], "direct,effort(level=high)", **options).complete
    assert len(asked) == 8


def test_one_effort_is_no_part_of_a_name(tmp_path):
    result = compare(PAIRS[:2], "direct", model=thinker([], "m"), effort="low", answer="number", directory=tmp_path)
    assert [row.model for row in result.rows] == ["m"]
    assert read_configuration(tmp_path)["effort"] == ["low"]


def test_a_level_is_added_to_a_run_of_several_and_to_no_other(tmp_path):
    asked = []
    for efforts, calls in ((["low", "high"], 4), (["low", "high", "xhigh"], 6)):
        compare(PAIRS[:2], "direct", model=thinker(asked), effort=efforts, answer="number", directory=tmp_path / "run")
        assert len(asked) == calls
    assert [row.model.partition("=")[2] for row in read_run(tmp_path / "run").rows] == ["low", "high", "xhigh"]
    with pytest.raises(UsageError, match="effort"):
        compare(PAIRS[:2], "direct", model=thinker(asked), effort=["low"], answer="number", directory=tmp_path / "run")


def test_a_level_that_a_model_lacks_is_refused_before_anything_is_paid():
    asked = []
    with pytest.raises(UsageError, match=r"openai/gpt-5-mini has no `effort` max"):
        compare(PAIRS, "direct,cot", model=thinker(asked), effort=["low", "max"], answer="number")
    assert asked == []


@pytest.mark.parametrize(("efforts", "reason"), [(["low", "low"], "twice"), (["little"], "effort"), ([0], "effort")])
def test_efforts_that_can_not_be_are_refused(efforts, reason):
    with pytest.raises(UsageError, match=reason):
        RunSettings(effort=efforts)


def test_settings_of_older_runs_have_one_effort():
    assert RunSettings.recorded({"effort": "low"}).effort == ("low",)
    assert RunSettings.recorded({"effort": 2048}).effort == (2048,)
    assert RunSettings(effort=("low", 2048)).command()[2:] == ["--effort", "low", "--effort", "2048"]


def test_hidden_reasoning_is_told_apart_in_tokens_and_dollars():
    result = compare(PAIRS[:4], "direct", model=thinker([]), effort=["low", "high"], answer="number")
    row = result.rows[1]
    assert row.reasoning_tokens == 4000
    assert row.reasoning_usd == pytest.approx(row.cost_usd, rel=0.02)
    assert row.reasoning_usd < row.cost_usd


def test_a_forecast_tells_the_reasoning_of_each_effort_apart():
    settings = RunSettings(strategies=("direct",), effort=("low", "high"))
    planned = Benchmark((Task.of(PAIRS[:2], answer="number"),), (thinker([]),), (), settings)
    low, high = asyncio.run(forecast(planned))
    assert (low.reasoning_tokens, high.reasoning_tokens) == ((0, 2 * 1024), (0, 2 * 24576))
    assert high.paid_usd[1] > low.paid_usd[1]
