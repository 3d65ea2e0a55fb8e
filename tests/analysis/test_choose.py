from promptkit.analysis.choose import choose
from promptkit.record.preparations import Preparation
from promptkit.types import Usage
from tests.analysis.attempts import attempts, counted, tokens


def chosen(*groups, margin=0.1):
    (choice,) = choose(counted(*groups).groups, margin)
    return choice


def of_price(strategy, outcomes, price, **more):
    return attempts(strategy, outcomes, usage=tokens(price, 0), **more)


def test_the_cheapest_that_is_not_worse_by_more_than_the_margin_is_chosen():
    cheap = of_price("cheap", "c" * 190 + "w" * 10, 10)
    dear = of_price("dear", "c" * 192 + "w" * 8, 100)
    poor = of_price("poor", "c" * 50 + "w" * 150, 1)
    choice = chosen(poor, dear, cheap)
    assert (choice.best, choice.chosen) == ("dear", "cheap")
    assert [(c.strategy, c.cost, c.admitted) for c in choice.candidates] == [
        ("poor", 1, False),
        ("cheap", 10, True),
        ("dear", 100, True),
    ]
    assert choice.sentence() == "sums: cheap, within 10 points of dear at 10 % of its tokens."
    assert choice.warning() == ""


def test_the_best_is_chosen_where_nothing_cheaper_is_shown_to_be_close():
    choice = chosen(of_price("cheap", "cw" * 5, 1), of_price("dear", "c" * 10, 9))
    assert choice.chosen == "dear"
    assert "the best seen; none that costs less is shown to be within 10 points of it" in choice.sentence()


def test_the_intervals_hold_for_all_candidates_together():
    """Bonferroni: beside more candidates the interval of each is wider, and one that was admitted is no longer."""
    outcomes = "c" * 94 + "w" * 6
    close, best = of_price("close", outcomes, 1), of_price("best", "c" * 96 + "w" * 4, 2)
    alone = chosen(close, best, margin=0.062)
    others = [of_price(f"other {i}", "w" * 100, 3) for i in range(20)]
    close, best = of_price("close", outcomes, 1), of_price("best", "c" * 96 + "w" * 4, 2)
    among = chosen(close, best, *others, margin=0.062)
    assert alone.candidates[0].high < 0.062 < among.candidates[0].high
    assert (alone.chosen, among.chosen) == ("close", "best")


def test_a_run_that_was_stopped_when_decided_is_chosen_from_by_intervals_that_hold_at_any_time():
    """One that is close enough by the interval of a run of fixed length is not, having been looked at all along."""
    close, best = of_price("close", "c" * 94 + "w" * 6, 1), of_price("best", "c" * 96 + "w" * 4, 2)
    found = counted(close, best)
    (fixed,), (stopped,) = found.choices(0.062), found.choices(0.062, {"sums": {str(i): i for i in range(100)}})
    assert [c.behind for c in stopped.candidates] == [c.behind for c in fixed.candidates]
    assert fixed.candidates[0].high < 0.062 < stopped.candidates[0].high
    assert (fixed.chosen, stopped.chosen) == ("close", "best")


def test_items_of_one_cluster_are_not_independent():
    def high(cluster):
        cheap = of_price("cheap", ("c" * 16 + "w" * 4) * 5, 1, cluster=cluster)
        return chosen(cheap, of_price("best", "c" * 100, 2, cluster=cluster)).candidates[0].high

    assert high(4) > high(0) + 0.02


def test_n_counts_judged_items_and_failures_that_can_not_decide_are_a_warning():
    choice = chosen(of_price("cheap", "c" * 98 + "ee", 1), of_price("poor", "w" * 100, 2))
    assert [(c.strategy, c.n, c.unjudged) for c in choice.candidates] == [("cheap", 98, 2), ("poor", 100, 0)]
    assert choice.chosen == "cheap"
    assert choice.warning() == (
        "sums: attempts that could not be judged (2 of cheap); whatever they would have been, the choice is the same."
    )


def test_nothing_is_chosen_where_failures_could_decide():
    choice = chosen(of_price("cheap", "c" * 60 + "e" * 40, 1), of_price("dear", "c" * 99 + "w", 9))
    assert choice.chosen is None
    assert set(choice.could_be) == {"cheap", "dear"}
    assert choice.sentence() == (
        "sums: no choice, for it depends on attempts that could not be judged (40 of cheap): cheap and dear."
    )


def test_nothing_is_chosen_beside_a_strategy_of_which_nothing_could_be_judged():
    choice = chosen(of_price("a", "c" * 9, 1), of_price("b", "e" * 9, 1))
    assert (choice.chosen, choice.could_be) == (None, ("a", "b"))


def test_there_is_no_choice_where_nothing_could_be_judged():
    assert choose(counted(attempts("a", "em"), attempts("b", "ee")).groups, 0.1) == ()


def test_each_task_and_model_has_a_choice_of_its_own():
    groups = [attempts("a", "c", task=task, model=model) for task in ("x", "y") for model in ("m", "n")]
    assert [(c.task, c.model) for c in choose(counted(*groups).groups, 0.1)] == [
        *(("x", "m"), ("x", "n")),
        *(("y", "m"), ("y", "n")),
    ]


def over_models(dear, cheap):
    of = {"c": "c" * 195 + "w" * 5, "w": "w" * 200}
    return choose(
        counted(
            attempts("direct", of["w"], model=dear, usage=tokens(1000, 10)),
            attempts("cot", of["c"], model=dear, usage=tokens(1000, 100)),
            attempts("direct", of["w"], model=cheap, usage=tokens(1000, 10)),
            attempts("cot", of["c"], model=cheap, usage=tokens(1000, 100)),
        ).groups,
        0.05,
    )


def test_over_several_models_the_cheapest_strategy_and_model_together_are_chosen():
    *of_models, over_all = over_models("openai/gpt-4o", "openai/gpt-4o-mini")
    assert [(choice.model, choice.chosen) for choice in of_models] == [
        ("openai/gpt-4o", "cot"),
        ("openai/gpt-4o-mini", "cot"),
    ]
    assert [choice.place for choice in of_models] == ["sums on openai/gpt-4o", "sums on openai/gpt-4o-mini"]
    assert (over_all.model, over_all.unit) == ("", "US$")
    assert over_all.chosen == "cot on openai/gpt-4o-mini"
    assert over_all.sentence().startswith("sums on any model: cot on openai/gpt-4o-mini, ")


def test_tokens_of_different_models_are_not_compared():
    assert [choice.model for choice in over_models("openai/nobody-knows-it", "nano")] == [
        "openai/nobody-knows-it",
        "nano",
    ]


def made_once(strategy, price, calls=4):
    usage = Usage(calls=calls, input_tokens=price)
    group = ("sums", strategy, "openai/mock")
    return Preparation(*group, wanted=1, asked=calls, right=1, usage=usage, paid=usage, calls=(), examples=())


def with_once(*groups, **prices):
    found = counted(*groups)
    for strategy, price in prices.items():
        found.prepare(made_once(strategy, price))
    return found.choices(0.1)[0]


def test_what_was_asked_once_is_told_with_the_answers_that_save_it():
    choice = with_once(of_price("made", "c" * 200, 10), of_price("dear", "c" * 199 + "w", 100), made=450)
    assert choice.chosen == "made"
    assert [(c.strategy, c.cost, c.once) for c in choice.candidates] == [("made", 10, 450), ("dear", 100, 0)]
    assert choice.sentence().endswith(" Its examples took 450 tokens once.")
    cheaper = with_once(of_price("made", "c" * 199 + "w", 10), of_price("dear", "c" * 200, 100), made=460)
    assert cheaper.sentence() == (
        "sums: made, within 10 points of dear at 10 % of its tokens. "
        "Its examples took 460 tokens once, which it saves beside dear in 6 answers."
    )


def test_of_strategies_whose_answers_cost_the_same_the_one_without_calls_before_is_chosen():
    made, bare = list(of_price("made", "c" * 200, 10)), list(of_price("bare", "c" * 199 + "w", 10))
    assert with_once(made, bare, made=450).chosen == "bare"
    assert with_once(made, bare).chosen == "made"
