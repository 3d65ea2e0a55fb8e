import pytest

from promptkit.analysis.summary import summarize
from promptkit.errors import UsageError
from promptkit.types import Usage
from tests.analysis.attempts import attempts, counted, tokens


def test_a_row_counts_every_outcome_and_its_n_the_items_judged():
    (row,) = counted(attempts("a", "ccwuteem")).summary().rows
    counts = (row.correct, row.wrong, row.unparsed, row.truncated, row.refused, row.error, row.missing)
    assert counts == (2, 1, 1, 1, 0, 2, 1)
    assert (row.n, row.items) == (5, 8)
    assert row.accuracy == pytest.approx(2 / 5)
    assert (row.worst, row.best) == (2 / 8, 5 / 8)


def test_a_row_of_nothing_judged_has_no_accuracy_and_takes_no_time():
    (row,) = counted(attempts("a", "ee", seconds=1)).summary().rows
    assert (row.n, row.accuracy, row.low, row.high, row.seconds) == (0, None, None, None, None)


def test_what_a_strategy_used_alone_stands_beside_what_was_paid():
    used = list(attempts("a", "cc", usage=tokens(10, 4)))
    (row,) = summarize([used[0], *attempts("a", "c", usage=Usage())]).rows
    assert (row.calls, row.calls_paid, row.input_tokens, row.output_tokens) == (1, 1, 10, 4)


def test_the_baseline_is_the_first_strategy_unless_another_is_named():
    found = counted(attempts("a", "cw"), attempts("b", "cc"))
    assert [c.baseline for c in found.summary().comparisons] == ["a"]
    assert [c.strategy for c in found.summary(baseline="b").comparisons] == ["a"]
    with pytest.raises(UsageError, match="the baseline 'c' is not one of the strategies: a, b"):
        found.summary(baseline="c")


def test_a_run_with_errors_is_not_complete():
    assert counted(attempts("a", "cwm")).summary().complete
    assert not counted(attempts("a", "cwe")).summary().complete


def test_repetitions_part_the_standard_error_into_items_and_sampling():
    (row,) = counted(attempts("a", "cwcwcccw", replicates=2)).summary().rows
    assert row.error_from_sampling > 0
    (once,) = counted(attempts("a", "cwcw")).summary().rows
    assert once.error_from_sampling is None
