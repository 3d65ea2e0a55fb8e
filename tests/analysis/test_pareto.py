from promptkit.analysis.pareto import by_cost, by_latency
from tests.analysis.attempts import attempts, counted, tokens


def arms(*groups):
    return counted(*groups).arms("sums", "openai/mock")


def of_price(strategy, outcomes, price):
    return attempts(strategy, outcomes, usage=tokens(price, 0))


def test_the_front_has_what_no_other_strategy_dominates():
    found = by_cost(
        "openai/mock",
        arms(of_price("a", "cww", 8), of_price("b", "www", 16), of_price("c", "ccw", 24), of_price("d", "ccw", 32)),
    )
    assert found.unit == "tokens"
    assert [(p.strategy, p.price, p.front) for p in found.points] == [
        ("a", 8, True),
        ("b", 16, False),  # dearer and worse than a
        ("c", 24, True),
        ("d", 32, False),  # as accurate as c, and dearer
    ]
    assert found.front == ("a", "c")


def test_a_strategy_that_is_worse_at_the_same_price_is_dominated():
    assert by_cost("openai/mock", arms(of_price("a", "cc", 8), of_price("b", "cw", 8))).front == ("a",)


def test_strategies_alike_in_price_and_accuracy_stand_both_on_the_front():
    assert by_cost("openai/mock", arms(of_price("a", "cw", 8), of_price("b", "wc", 8))).front == ("a", "b")


def test_the_front_is_told_from_the_cheapest_on():
    assert by_cost("openai/mock", arms(of_price("a", "cc", 9), of_price("b", "cw", 8))).front == ("b", "a")


def test_latency_is_the_mean_of_judged_attempts():
    found = by_latency(arms(attempts("a", "cwe", seconds=0.5), attempts("b", "ee", seconds=1)))
    assert [(p.strategy, p.price) for p in found.points] == [("a", 0.5)]
