from promptkit.analysis.pairs import Pair, with_baseline, with_first_model
from promptkit.outcomes import Group


def groups(*cells):
    return [Group("t", *cell.split("@")) for cell in cells]


def pair(ours, theirs):
    return Pair(*groups(ours, theirs))


def test_strategies_are_compared_with_the_baseline_on_their_own_model():
    found = with_baseline(groups("direct@a", "cot@a", "direct@b", "cot@b"), "direct")
    assert found == [pair("cot@a", "direct@a"), pair("cot@b", "direct@b")]


def test_where_each_has_a_model_of_its_own_the_baseline_is_on_its_own():
    assert with_baseline(groups("mine@a", "theirs@b"), "mine") == [pair("theirs@b", "mine@a")]


def test_without_the_baseline_on_its_model_a_strategy_is_not_compared():
    found = with_baseline(groups("direct@a", "cot@a", "cot@b"), "direct")
    assert found == [pair("cot@a", "direct@a")]


def test_models_are_compared_with_the_first_that_a_strategy_ran_on():
    found = with_first_model(groups("direct@a", "cot@a", "direct@b", "cot@b", "direct@c", "plan@b"))
    assert found == [pair("direct@b", "direct@a"), pair("cot@b", "cot@a"), pair("direct@c", "direct@a")]


def test_comparisons_of_two_models_are_one_family_and_those_within_a_model_another():
    families = {p.family for p in with_first_model(groups("direct@a", "cot@a", "direct@b", "cot@b", "direct@c"))}
    assert families == {("t", "b", "a"), ("t", "c", "a")}
    assert pair("cot@a", "direct@a").family == ("t", "a", "a")
