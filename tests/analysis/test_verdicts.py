from dataclasses import replace

from promptkit.analysis import verdicts
from tests.analysis.attempts import attempts, counted


def sentence(*groups, margin=0.02):
    summary = counted(*groups).summary(margin=margin)
    return verdicts.task_sentence(summary.rows[0].strategy, summary.rows, summary.comparisons)


def warnings(*groups):
    summary = counted(*groups).summary()
    return verdicts.warnings(summary.rows, summary.comparisons)


def test_better_worse_and_undecided_are_told_apart_in_one_sentence():
    base = "w" * 12 + "c" * 12
    told = sentence(
        *(attempts("direct", base), attempts("cot", "c" * 24), attempts("plan", "w" * 24)),
        attempts("few-shot", "c" + "w" * 11 + "c" * 12),
    )
    head = "Against direct (50.0 % right): cot (+50.0 points) is better; plan (−50.0 points) is worse; "
    assert told.startswith(head + "not enough data for few-shot (about ")
    assert told.endswith(" items would be enough).")


def test_strategies_that_differ_by_less_than_the_margin_are_alike():
    told = sentence(attempts("direct", "cw" * 40), attempts("cot", "cw" * 40), margin=0.2)
    assert told == "Against direct (50.0 % right): cot differs by no more than 4.6 points."


def test_one_strategy_has_an_accuracy_and_no_comparison():
    assert sentence(attempts("direct", "cw")) == "Only direct was tried: 50.0 % right, 95 % interval 9.5 … 90.5."


def test_failures_are_never_wrong_and_bound_the_accuracy():
    assert verdicts.gaps(attempts=8, errors=1, items=4, planned=4) == (
        "1 of 8 attempts failed; they count as error, never as wrong."
    )
    assert warnings(attempts("direct", "cwce"), attempts("cot", "cccc")) == [
        "Some attempts could not be judged: direct lies between 50.0 % and 75.0 %."
    ]


def test_items_that_were_not_tried_are_a_gap_and_a_complete_run_has_none():
    assert verdicts.gaps(attempts=8, errors=0, items=2, planned=1004) == "1,002 of 1,004 items were not tried."
    assert verdicts.gaps(attempts=8, errors=0, items=4, planned=4) == ""


def test_unreadable_replies_that_could_decide_are_an_alarm():
    (alarm,) = warnings(attempts("direct", "u" * 12), attempts("cot", "c" * 12))
    assert "could decide the verdict on cot: look at those first" in alarm


def test_attempts_that_fell_back_are_counted():
    direct = "fell back to a direct answer: no plan could be read"
    plan = [replace(one, fallbacks=(direct,) * (number < 2)) for number, one in enumerate(attempts("plan", "cwce"))]
    assert warnings(attempts("direct", "cccc"), plan)[0] == f"plan: 2 of 4 {direct}."
