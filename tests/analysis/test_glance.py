"""Tasks by strategies at one glance."""

from promptkit.analysis.glance import Place, glance, without_options
from tests.analysis.attempts import attempts, counted, tokens

VOTE = "cot+self-consistency(draws=5)"


def of(*groups):
    return glance(counted(*groups).summary())


def test_each_cell_has_its_accuracy_and_its_verdict_against_the_baseline():
    found = of(
        attempts("direct", "w" * 40, task="a"),
        attempts("cot", "c" * 40, task="a"),
        attempts("direct", "c" * 40, task="b"),
        attempts("cot", "w" * 40, task="b"),
        attempts("plan", "c" * 40, task="b"),
    )
    shown = {(place.task, s): (cell.row.accuracy, cell.verdict) for (place, s), cell in found.cells.items()}
    assert shown == {
        ("a", "direct"): (0, ""),
        ("a", "cot"): (1, "better"),
        ("b", "direct"): (1, ""),
        ("b", "cot"): (0, "worse"),
        ("b", "plan"): (1, "not_enough_data"),
    }


def test_a_place_has_the_name_of_its_model_where_there_are_several():
    one = of(attempts("direct", "c", task="a", model="m"))
    two = of(attempts("direct", "c", task="a", model="m"), attempts("direct", "c", task="a", model="n"))
    assert [one.name(place) for place in one.places] == ["a"]
    assert [two.name(place) for place in two.places] == ["a · m", "a · n"]


def test_options_are_left_out_of_headings_where_that_tells_strategies_apart():
    one = of(attempts("direct", "c"), attempts(VOTE, "c"))
    two = of(attempts(VOTE, "c"), attempts("cot+self-consistency(draws=9)", "c"))
    assert list(one.headings.values()) == ["direct", "cot+self-consistency"]
    assert list(two.headings.values()) == [VOTE, "cot+self-consistency(draws=9)"]


def test_options_in_brackets_within_brackets_are_options():
    assert without_options("few-shot(pick=f(1))+cot(a=2)") == "few-shot+cot"
    assert without_options("re(flect") == "re(flect"


def test_the_price_of_an_answer_is_that_of_a_judged_attempt_over_all_tasks():
    found = of(
        attempts("direct", "cw", task="a", usage=tokens(10, 5)), attempts("direct", "ce", task="b", usage=tokens(40, 5))
    )
    price = found.price("direct", "openai/mock")
    assert (price.calls, price.tokens, price.usd) == (4 / 3, 120 / 3, None)


def test_a_price_can_be_of_the_tasks_alone_that_another_strategy_was_asked():
    found = of(
        attempts("direct", "c", task="a", usage=tokens(10, 0)),
        attempts("direct", "c", task="b", usage=tokens(50, 0)),
        attempts("cot", "c", task="b", usage=tokens(90, 0)),
    )
    assert found.price("direct", "openai/mock").tokens == 30
    assert found.price("direct", "openai/mock", where="cot").tokens == 50


def test_what_was_never_judged_has_no_price():
    assert of(attempts("direct", "ee")).price("direct", "openai/mock") is None


def test_a_strategy_of_several_parts_is_compared_with_what_is_inside_it():
    found = of(attempts("direct", "w" * 9), attempts("cot", "w" * 9), attempts(VOTE, "c" * 9), attempts("a+b", "c" * 9))
    assert [(pair.strategy, pair.baseline, pair.difference) for pair in found.added] == [(VOTE, "cot", 1)]


def test_places_stand_in_the_order_of_the_run():
    found = of(attempts("direct", "c", task="b"), attempts("direct", "c", task="a"))
    assert found.places == (Place("b", "openai/mock"), Place("a", "openai/mock"))
