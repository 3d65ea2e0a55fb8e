"""Several models in one run: every specification on each, compared within a model and across models."""

import pytest

from promptkit import InvalidRequest, Unavailable, UsageError
from promptkit.analysis.overview import overviews
from promptkit.analysis.summary import Summary
from promptkit.bench import compare, read_run
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.forecast import forecast
from promptkit.bench.running import run_guarded
from promptkit.bench.stores import CallsInMemory
from promptkit.errors import ModelDown
from promptkit.record.reader import read_configuration
from promptkit.settings import RunSettings
from promptkit.tasks import Task
from tests import virtual_time
from tests.players import Player

PAIRS = [(f"{i} + {24 - i}?", 24) for i in range(60)]


def thinks(prompt):
    """Right when it is asked to reason, and wrong otherwise."""
    return "The answer is 24." if "step by step" in prompt.question else "The answer is 7."


def knows(_):
    return "The answer is 24."


@pytest.fixture
def models():
    return [Player(reply=thinks, name="small"), Player(reply=knows, name="large")]


def compared(comparisons):
    return {(c.strategy, c.model, c.baseline, c.baseline_model): c.verdict for c in comparisons}


def test_every_specification_runs_on_every_model_and_is_compared_within_and_across_them(models):
    result = compare(PAIRS, "direct,cot", model=models, answer="number")
    assert [(row.strategy, row.model, row.accuracy) for row in result.rows] == [
        ("direct", "small", 0),
        ("cot", "small", 1),
        ("direct", "large", 1),
        ("cot", "large", 1),
    ]
    within, across = compared(result.comparisons), compared(result.across_models)
    assert within["cot", "small", "direct", "small"] == "better"
    assert set(within) == {("cot", "small", "direct", "small"), ("cot", "large", "direct", "large")}
    assert across["direct", "large", "direct", "small"] == "better"
    assert set(across) == {("direct", "large", "direct", "small"), ("cot", "large", "cot", "small")}
    assert any("direct on large is better than direct on small" in verdict for verdict in result.verdicts)
    assert [len(model.asked) for model in models] == [120, 120]


def test_a_verdict_names_its_model_where_there_are_several(models):
    result = compare(PAIRS, "direct,cot", model=models, answer="number")
    assert [verdict.partition(": ")[0] for verdict in result.verdicts[:2]] == ["small", "large"]
    assert "\n  small: cot is better than direct" in str(result)
    assert "small: cot is better than direct" in result._repr_html_()
    assert compare(PAIRS, "direct,cot", model=models[0], answer="number").verdicts[0].startswith("cot is better")


@pytest.mark.parametrize("wrong", [1, [1], {"a": 1}, Player])
def test_what_is_no_model_is_refused_with_what_would_be_one(wrong):
    with pytest.raises(TypeError, match=r"model must be a model, its name, or a list of these"):
        compare(PAIRS, "direct", model=wrong, answer="number")


def test_an_object_runs_once_on_the_model_that_it_holds(models):
    own = Player(reply=knows, name="own")
    result = compare(PAIRS[:5], {"direct": "direct", "mine": own}, model=models, answer="number")
    assert [(row.strategy, row.model) for row in result.rows] == [
        ("direct", "small"),
        ("mine", "own"),
        ("direct", "large"),
    ]
    assert len(own.asked) == 5


def test_models_of_one_name_are_refused_before_anything_is_asked(models):
    with pytest.raises(UsageError, match=r"two models are called small; .*give each `model` once"):
        compare(PAIRS, "direct", model=[models[0], Player(name="small")], answer="number")
    assert not models[0].asked


def test_the_record_has_both_and_is_resumed_with_both(models, tmp_path):
    compare(PAIRS, "direct,cot", model=models, answer="number", directory=tmp_path)
    assert read_configuration(tmp_path)["model"] == ["small", "large"]
    read = read_run(tmp_path)
    assert len(read.rows) == 4
    assert len(read.across_models) == 2
    compare(PAIRS, "direct,cot", model=models, answer="number", directory=tmp_path)
    assert [len(model.asked) for model in models] == [120, 120]


def test_a_model_that_is_down_holds_up_only_itself(models):
    async def down(_):
        raise Unavailable("connection refused")

    dead = Player(name="dead")
    dead.complete = down
    planned, found = Benchmark((_task(),), (dead, models[1]), ("direct",), RunSettings(patience=50)), []
    with pytest.raises(ModelDown, match="dead"):
        virtual_time.run(run_guarded(planned, CallsInMemory(), found.append))
    assert [(a.model, a.outcome) for a in found] == [("large", "correct")] * 60


def test_a_strategy_that_one_model_refuses_goes_on_with_the_others(models):
    async def refuses(prompt):
        raise InvalidRequest("temperature is not supported", model="picky", status=400)

    picky = Player(name="picky")
    picky.complete = refuses
    result = compare(PAIRS, "direct", model=[picky, models[1]], answer="number", temperature=0.5)
    assert "direct is refused by picky: " in result.stopped
    assert [(row.model, row.n) for row in result.rows] == [("picky", 0), ("large", 60)]


def test_a_run_that_stops_when_decided_decides_across_models_too(models):
    asked = [(f"{i} + {24 - i}?", 24) for i in range(400)]
    result = compare(asked, "direct", model=models, answer="number", stop_when_decided=True)
    assert [len(model.asked) < 400 for model in models] == [True, True]
    assert compared(result.across_models) == {("direct", "large", "direct", "small"): "better"}
    assert result.across_models[0].confidence >= 0.95


def test_what_it_will_take_is_forecast_for_each_model(models):
    planned = Benchmark((_task(),), tuple(models), ("direct", "cot"), RunSettings())
    found = virtual_time.run(forecast(planned))
    assert [(f.strategy, f.model) for f in found] == [
        ("direct", "small"),
        ("cot", "small"),
        ("direct", "large"),
        ("cot", "large"),
    ]
    assert sum(planned.attempts().values()) == 240


def test_the_overview_has_every_strategy_on_every_model(models):
    result = compare(PAIRS, "direct,cot", model=models, answer="number")
    (found,) = overviews(Summary(result.rows, result.comparisons, result.across_models))
    assert (found.strategies, found.models) == (("direct", "cot"), ("small", "large"))
    assert found.rows["direct", "small"].accuracy == 0
    assert found.across["direct", "large"].difference == 1
    assert ("direct", "small") not in found.across


def test_one_model_has_no_overview(models):
    result = compare(PAIRS, "direct,cot", model=models[0], answer="number")
    assert overviews(Summary(result.rows, result.comparisons, result.across_models)) == ()
    assert result.across_models == ()


def _task():
    return Task.of(PAIRS, answer="number")
