import numpy as np
import pytest

from benchmarks.statistics.judges import judged, pairs
from benchmarks.statistics.tables import contains
from promptkit.errors import UsageError
from promptkit.stats import corrected_accuracy, corrected_difference

TIMES = 400
ENOUGH = 0.925


@pytest.fixture
def random():
    return np.random.default_rng(20250101)


def test_the_judges_mean_is_moved_by_what_people_found():
    found = corrected_accuracy([1.0] * 8 + [0.0] * 2, [1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.0, 0.0])
    assert found.estimate == pytest.approx(11 / 14 - 0.25)
    assert (found.labelled, found.judged, found.judge_alone) == (4, 10, pytest.approx(11 / 14))
    assert found.low < found.estimate < found.high


def test_a_judge_that_agrees_is_not_changed_and_still_not_certain():
    found = corrected_accuracy([1.0] * 50 + [0.0] * 50, [1.0] * 10, [1.0] * 10)
    assert found.estimate == pytest.approx(found.judge_alone)
    assert found.high - found.low > 0.2  # 110 items alone leave 0.18


def test_an_estimate_stays_between_0_and_1():
    found = corrected_accuracy([1.0] * 10, [0.0, 0.0, 1.0], [1.0, 1.0, 1.0])
    assert (found.estimate, found.high) == (1.0, 1.0)


@pytest.mark.parametrize("judge", [(0.99, 0.99), (0.95, 0.8), (0.5, 0.5)])
@pytest.mark.parametrize("accuracy", [0.5, 0.95])
def test_accuracies_are_covered_however_the_judge_errs(random, judge, accuracy):
    held = 0
    for _ in range(TIMES):
        right = (random.random(200) < accuracy).astype(float)
        seen = judged(random, right, judge)
        found = corrected_accuracy(seen[30:], seen[:30], right[:30])
        held += contains(found.low, found.high, accuracy)
    assert held / TIMES >= ENOUGH


def test_a_judge_that_favours_one_strategy_does_not_make_it_better(random):
    in_vain, uncorrected = 0, 0
    for _ in range(TIMES):
        first, second = pairs(random, (0.6, 0.6), 300)
        seen = judged(random, first, (0.9, 0.9)), judged(random, second, (0.99, 0.5))  # it likes the second
        found = corrected_difference(
            (seen[0][60:], seen[1][60:]), (seen[0][:60], seen[1][:60]), (first[:60], second[:60])
        )
        in_vain += not contains(found.low, found.high, 0.0)
        uncorrected += found.judge_alone > 0.1
    assert in_vain / TIMES <= 0.075
    assert uncorrected / TIMES > 0.9


def test_graded_scores_are_corrected_too():
    found = corrected_accuracy([0.25, 0.75] * 20, [0.5] * 10, [0.25] * 10)
    assert found.estimate == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (([1.0], [1.0], [1.0, 0.0]), "2 labels for 1"),
        (([], [1.0], [1.0]), "judged"),
        (([1.0], [], []), "labelled"),
        (([2.0], [1.0], [1.0]), "between 0"),
    ],
)
def test_what_can_not_be_corrected_is_refused(arguments, expected):
    with pytest.raises(UsageError, match=expected):
        corrected_accuracy(*arguments)


def test_strategies_on_other_items_are_refused():
    with pytest.raises(UsageError, match="same items"):
        corrected_difference(([1.0], [1.0, 0.0]), ([1.0], [1.0]), ([1.0], [1.0]))
