import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.errors import UsageError
from promptkit.stats import Interval, accuracy_interval
from tests.stats.strategies import scores


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_right_or_wrong_scores_give_the_wilson_interval_of_newcombe_1998_table_1(right, n, low, high):
    interval = accuracy_interval([1.0] * right + [0.0] * (n - right))
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


def test_all_right_reaches_one_and_all_wrong_reaches_nought():
    assert accuracy_interval([1.0] * 20).high == 1.0
    assert accuracy_interval([0.0] * 20).low == 0.0
    assert accuracy_interval([1.0] * 20, clusters=[i // 2 for i in range(20)]).high == 1.0


def test_one_right_item_says_little():
    interval = accuracy_interval([1.0])
    assert (interval.low, interval.high) == pytest.approx((0.2065, 1.0), abs=5e-5)


def test_one_averaged_item_says_nothing():
    assert accuracy_interval([0.5]) == Interval(0.0, 1.0)


def test_one_cluster_says_nothing():
    assert accuracy_interval([1.0, 0.0, 1.0], clusters=["a", "a", "a"]) == Interval(0.0, 1.0)


def test_identical_averaged_scores_still_leave_doubt():
    interval = accuracy_interval([0.5] * 20)
    assert interval.low < 0.45
    assert interval.high > 0.55


def test_averaging_draws_narrows_the_interval():
    whole = accuracy_interval([0.0, 1.0] * 50)
    averaged = accuracy_interval([0.25, 0.75] * 50)
    assert averaged.high - averaged.low < 0.7 * (whole.high - whole.low)


def test_items_that_agree_within_their_clusters_widen_the_interval():
    values = [1.0] * 5 + [0.0] * 5
    together = accuracy_interval(values * 10, clusters=[i // 5 for i in range(100)])
    apart = accuracy_interval(values * 10)
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_clusters_of_two_very_unequal_sizes_say_nothing():
    interval = accuracy_interval([1.0, 0.0] * 500 + [1.0], clusters=[0] * 1000 + [1])
    assert (interval.low, interval.high) == pytest.approx((0.0, 1.0))


@given(scores, st.floats(0.5, 0.999))
def test_the_interval_holds_the_mean_and_stays_within_nought_and_one(values, confidence):
    interval = accuracy_interval(values, confidence=confidence)
    assert 0 <= interval.low <= sum(values) / len(values) + 1e-12
    assert sum(values) / len(values) - 1e-12 <= interval.high <= 1


@given(scores)
def test_right_and_wrong_are_mirror_images(values):
    interval, mirrored = accuracy_interval(values), accuracy_interval([1 - value for value in values])
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - interval.high, 1 - interval.low), abs=1e-9)


@given(scores)
def test_clusters_of_one_item_are_no_clusters(values):
    interval, alone = accuracy_interval(values), accuracy_interval(values, clusters=list(range(len(values))))
    assert (alone.low, alone.high) == pytest.approx((interval.low, interval.high))


@given(st.data(), scores)
def test_the_order_of_items_and_the_names_of_clusters_do_not_matter(data, values):
    clusters = data.draw(st.lists(st.integers(0, 5), min_size=len(values), max_size=len(values)))
    interval = accuracy_interval(values, clusters=clusters)
    renamed = accuracy_interval(values[::-1], clusters=[f"passage {c}" for c in clusters[::-1]])
    assert (renamed.low, renamed.high) == pytest.approx((interval.low, interval.high))


@given(scores)
def test_more_confidence_is_a_wider_interval(values):
    sure, unsure = accuracy_interval(values, confidence=0.99), accuracy_interval(values, confidence=0.9)
    assert sure.low <= unsure.low + 1e-12
    assert sure.high >= unsure.high - 1e-12


@pytest.mark.parametrize("values", [[], [1.2], [-0.1], [float("nan")], [[1.0, 0.0]]])
def test_impossible_scores_are_refused(values):
    with pytest.raises(UsageError, match="scores must"):
        accuracy_interval(values)


def test_a_missing_cluster_id_is_refused():
    with pytest.raises(UsageError, match="2 cluster ids for 3 items"):
        accuracy_interval([1.0, 0.0, 1.0], clusters=["a", "b"])


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_an_impossible_confidence_is_refused(confidence):
    with pytest.raises(UsageError, match="confidence must lie between 0 and 1"):
        accuracy_interval([1.0], confidence=confidence)
