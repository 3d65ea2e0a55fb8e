from types import SimpleNamespace

import pytest

from promptkit.analysis import cost
from promptkit.analysis.cost import costs
from promptkit.prices import cost_usd
from promptkit.types import Usage
from tests.analysis.attempts import attempts, counted, tokens

PRICED = "openai/gpt-4o-mini"  # 0.15 dollars a million tokens read, 0.075 from the cache, 0.60 written


def found(*groups, model="openai/mock"):
    return costs(model, counted(*groups).arms("sums", model))


def test_tokens_are_those_read_and_those_written_with_hidden_reasoning_once():
    usage = tokens(100, 30, cached_tokens=40, reasoning_tokens=20)
    assert cost.tokens(usage) == 130
    one = found(attempts("a", "cw", usage=usage))
    assert (one.unit, one.by_strategy) == ("tokens", {"a": 130})


def test_dollars_are_the_unit_where_all_are_known():
    cheap, dear = tokens(1000, 0), tokens(1000, 1000)
    one = found(
        attempts("a", "c", usage=cheap, model=PRICED), attempts("b", "c", usage=dear, model=PRICED), model=PRICED
    )
    assert one.unit == "US$"
    assert one.by_strategy == pytest.approx({"a": 150e-6, "b": 750e-6})


def test_tokens_read_from_the_providers_cache_cost_what_they_cost():
    assert cost_usd(PRICED, tokens(1000, 0)) == pytest.approx(150e-6)
    assert cost_usd(PRICED, tokens(1000, 0, cached_tokens=1000)) == pytest.approx(75e-6)


def test_counts_that_contradict_each_other_have_no_price():
    assert cost_usd(PRICED, tokens(5, 1, cached_tokens=500)) is None


def test_a_strategy_that_is_free_beside_one_that_is_not_costs_no_dollars():
    free, paid = Usage(), tokens(1000, 0)
    one = found(
        attempts("a", "c", usage=free, model=PRICED), attempts("b", "c", usage=paid, model=PRICED), model=PRICED
    )
    assert (one.unit, one.by_strategy["a"]) == ("US$", 0)


def test_a_model_that_costs_nothing_is_measured_in_tokens():
    assert found(attempts("a", "c", usage=tokens(3, 4), model="nano"), model="nano").unit == "tokens"


def test_calls_are_the_unit_where_a_call_was_not_metered():
    uncounted = Usage(calls=3, unmetered=1, input_tokens=10)
    one = found(attempts("a", "cc", usage=tokens(3, 4)), attempts("b", "cc", usage=uncounted))
    assert (one.unit, one.by_strategy) == ("calls", {"a": 1, "b": 3})


def test_a_failed_attempt_is_paid_for_and_answers_nothing():
    one = found(attempts("a", "cwee", usage=tokens(10, 0)), attempts("b", "cwcw", usage=tokens(15, 0)))
    assert one.by_strategy == {"a": 20, "b": 15}


def test_strategies_tried_on_different_numbers_of_items_are_compared_by_the_answer():
    one = found(attempts("a", "c" * 10, usage=tokens(10, 0)), attempts("b", "c", usage=tokens(50, 0)))
    assert one.by_strategy == {"a": 10, "b": 50}


def test_a_strategy_without_a_judged_attempt_has_no_cost():
    assert found(attempts("a", "ee"), attempts("b", "c", usage=tokens(4, 0))).by_strategy == {"b": 4}


def test_the_counts_that_are_priced_are_those_of_the_price_list(monkeypatch):
    import genai_prices

    seen = []
    monkeypatch.setattr(
        genai_prices, "calc_price", lambda usage, *_, **__: seen.append(usage) or SimpleNamespace(total_price=1)
    )
    cost_usd(PRICED, tokens(100, 30, cached_tokens=40, reasoning_tokens=20))
    (usage,) = seen
    assert (usage.input_tokens, usage.cache_read_tokens, usage.output_tokens) == (100, 40, 30)
