"""Conditions on a run: how they are read, and how intervals decide them."""

import pytest

from promptkit.analysis.gate import Condition, checks, parse_condition, parse_minimum
from promptkit.errors import UsageError
from promptkit.stats import accuracy_interval, anytime_interval, items_to_exclude, paired_difference
from tests.analysis.attempts import attempts, counted

NAMES = ("direct", "few-shot", "few-shot+cot", "cot", "cot-2", "self-consistency(draws=5,temperature=0.8)")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cot < direct - 0.02", ("cot", "<", "direct", -0.02)),
        ("cot<direct-0.02", ("cot", "<", "direct", -0.02)),
        ("few-shot+cot <= few-shot + .1", ("few-shot+cot", "<=", "few-shot", 0.1)),
        ("cot-2 > direct", ("cot-2", ">", "direct", 0)),
        ("direct ≥ cot-2", ("direct", ">=", "cot-2", 0)),
        ("direct < cot-2 − 0.05", ("direct", "<", "cot-2", -0.05)),
        ("cot < 0.8", ("cot", "<", None, 0.8)),
        (f"{NAMES[5]} < direct", (NAMES[5], "<", "direct", 0)),
    ],
)
def test_a_condition_names_strategies_and_a_number(text, expected):
    found = parse_condition(text, NAMES)
    assert (found.strategy, found.sign, found.other, found.bound) == expected
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("cot direct", "there is no comparison in it"),
        ("cto < direct", "'cto' is not one of the strategies; did you mean cot[?]"),
        ("cot < driect - 0.02", "did you mean direct"),
        ("cot < direct - 2", "2 is not a fraction of 1; write 0.02 for 2 points"),
        ("cot < direct - 2%", "is not one of the strategies"),
        ("cot < __import__('os').system('true')", "is not one of the strategies"),
        ("< direct", "'' is not one of the strategies"),
        ("", "there is no comparison"),
        ("cot < direct < few-shot", "is not one of the strategies"),
    ],
)
def test_what_is_no_condition_is_refused(text, fact):
    with pytest.raises(UsageError, match=fact):
        parse_condition(text, NAMES)


def test_a_least_accuracy_is_of_every_strategy_or_of_one():
    assert parse_minimum("0.8", ("a", "b")) == (
        Condition("a < 0.8", "a", "<", None, 0.8),
        Condition("b < 0.8", "b", "<", None, 0.8),
    )
    assert parse_minimum("b>=0.8", ("a", "b")) == (Condition("b < 0.8", "b", "<", None, 0.8),)
    assert parse_minimum("b > 0.8", ("a", "b")) == (Condition("b <= 0.8", "b", "<=", None, 0.8),)
    for wrong in ("b < 0.8", "b >= a", "80", "c>=0.8"):
        with pytest.raises(UsageError):
            parse_minimum(wrong, ("a", "b"))


@pytest.mark.parametrize(
    ("sign", "low", "high", "state"),
    [
        ("<", -0.3, -0.1, "shown"),
        ("<", -0.02, 0.1, "excluded"),
        ("<", -0.3, -0.02, "unclear"),
        ("<=", -0.3, -0.02, "shown"),
        ("<=", -0.02, 0.1, "unclear"),
        (">", 0.1, 0.2, "shown"),
        (">", -0.3, -0.02, "excluded"),
        (">", -0.02, 0.1, "unclear"),
        (">=", -0.02, 0.1, "shown"),
        (">=", -0.3, -0.03, "excluded"),
        (">=", -0.3, -0.02, "unclear"),
    ],
)
def test_the_whole_interval_decides(sign, low, high, state):
    assert Condition("", "a", sign, "b", -0.02).state(low, high) == state


GOOD, BAD = "c" * 80 + "w" * 20, "c" * 40 + "w" * 60


def of(*conditions, fed=None, **outcomes):
    tallies = counted(*(attempts(name, letters) for name, letters in outcomes.items())).groups
    return checks([parse_condition(text, list(outcomes)) for text in conditions], tallies, fed)


def test_a_difference_is_decided_by_the_interval_of_the_pairs():
    (shown, excluded, unclear) = of(
        "bad < good - 0.02", "good < bad - 0.02", "good < twin - 0.02", good=GOOD, bad=BAD, twin=GOOD[::-1]
    )
    assert [shown.state, excluded.state, unclear.state] == ["shown", "excluded", "unclear"]
    pair = paired_difference([1.0] * 80 + [0.0] * 20, [1.0] * 40 + [0.0] * 60)
    assert (shown.estimate, shown.low, shown.high, shown.n) == (pair.difference, pair.low, pair.high, 100)
    assert shown.items_needed is None
    assert unclear.items_needed > 100


def test_an_accuracy_is_decided_by_its_interval():
    shown, excluded, unclear = of("good > 0.6", "good < 0.6", "good < 0.79", good=GOOD)
    assert [c.state for c in (shown, excluded, unclear)] == ["shown", "excluded", "unclear"]
    interval = accuracy_interval([1.0] * 80 + [0.0] * 20)
    assert (shown.low, shown.high) == (interval.low, interval.high)


def test_the_line_has_condition_place_interval_and_items():
    (shown,) = of("bad < good - 0.02", good=GOOD, bad=BAD)
    assert shown.sentence() == (
        "FAILED: bad < good - 0.02 is shown (sums on openai/mock: −40.0 points, 95 % interval −49.8 … −30.9, 100 items)"
    )


def test_without_a_judged_item_nothing_is_told():
    (check,) = of("a < b", a="eee", b="ccc")
    assert (check.state, check.estimate, check.items_needed) == ("unclear", None, None)


def test_clusters_count_as_one():
    alone = checks([Condition("", "a", "<", "b", 0.0)], counted(attempts("a", GOOD), attempts("b", BAD)).groups)
    together = checks(
        [Condition("", "a", "<", "b", 0.0)],
        counted(attempts("a", GOOD, cluster=20), attempts("b", BAD, cluster=20)).groups,
    )
    assert together[0].high - together[0].low > alone[0].high - alone[0].low


def test_a_run_that_was_stopped_has_intervals_that_hold_at_any_time():
    fed = {"sums": {str(i): 99 - i for i in range(100)}}
    (check,) = of("bad < good", fed=fed, good=GOOD, bad=BAD)
    valid = anytime_interval([0.0] * 20 + [-1.0] * 40 + [0.0] * 40)
    assert (check.low, check.high) == (valid.low, valid.high)


def test_the_items_needed_make_the_interval_leave_the_value_out():
    needed = items_to_exclude(100, 0.1, 0.05, confidence=0.95)
    assert 0.1 * (100 / needed) ** 0.5 < 0.05
    assert items_to_exclude(100, 0.1, 0.0, confidence=0.95) is None
