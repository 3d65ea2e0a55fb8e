from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptkit.errors import UsageError
from promptkit.stats import RecordedDraws, accuracy_interval, majority_accuracy, self_consistency_curve


def vote(answers):
    """The library's vote: the commonest answer, ties to the earliest, `None` when there is none."""
    given_answers = [answer for answer in answers if answer is not None]
    return max(given_answers, key=given_answers.count, default=None)


def by_enumeration(item, k):
    votes = [vote(order) for order in permutations(item.answers, k)]
    return sum(winner in item.right for winner in votes) / len(votes)


def test_two_of_three_draws_right():
    # pairs of draws: one agrees and is right, two are tied and right half of the time
    assert majority_accuracy(RecordedDraws(["a", "a", "b"], {"a"})) == pytest.approx((2 / 3, 2 / 3, 1))


@settings(max_examples=60)
@given(st.lists(st.sampled_from([None, "a", "b", "c", "d"]), min_size=1, max_size=6), st.sets(st.sampled_from("abc")))
def test_every_point_is_the_mean_over_all_orders_of_all_subsets(answers, right):
    item = RecordedDraws(answers, right)
    expected = [by_enumeration(item, k) for k in range(1, len(answers) + 1)]
    assert majority_accuracy(item) == pytest.approx(expected)


def test_one_draw_is_right_as_often_as_the_draws_are():
    assert majority_accuracy(RecordedDraws(["a", None, "b", "a"], {"a"}))[0] == 0.5


def test_draws_without_an_answer_have_no_vote():
    assert majority_accuracy(RecordedDraws([None, None, "a"], {"a"}))[2] == 1.0


def test_no_answer_at_all_is_wrong():
    assert majority_accuracy(RecordedDraws([None, None], {"a"})) == (0.0, 0.0)


def test_a_right_answer_that_nobody_gave_is_wrong():
    assert majority_accuracy(RecordedDraws(["b", "c"], {"a"})) == (0.0, 0.0)


def test_all_right_stays_right_for_many_draws():
    assert majority_accuracy(RecordedDraws(["a"] * 64, {"a"})) == pytest.approx((1.0,) * 64)


def test_a_right_minority_loses_as_the_draws_grow():
    curve = majority_accuracy(RecordedDraws(["a"] * 24 + ["b"] * 40, {"a"}))
    assert curve[0] == pytest.approx(24 / 64)
    assert curve[-1] == 0.0
    assert all(later <= earlier + 1e-12 for earlier, later in zip(curve[::2], curve[2::2], strict=False))


def test_the_curve_ends_at_the_fewest_draws_of_any_item():
    items = [RecordedDraws(["a", "b", "a"], {"a"}), RecordedDraws(["a", "b"], {"b"})]
    assert [point.draws for point in self_consistency_curve(items)] == [1, 2]


def test_a_point_is_the_mean_over_items_with_their_accuracy_interval():
    items = [RecordedDraws(["a", "b", "a"], {"a"}), RecordedDraws(["a", "b", "b"], {"a"})] * 10
    point = self_consistency_curve(items, clusters=[i // 4 for i in range(20)])[0]
    assert point.accuracy == pytest.approx(0.5)
    assert point.interval == accuracy_interval([2 / 3, 1 / 3] * 10, clusters=[i // 4 for i in range(20)])


def test_an_item_without_draws_is_refused():
    with pytest.raises(UsageError, match="without draws"):
        self_consistency_curve([RecordedDraws([], {"a"})])


def test_no_items_are_refused():
    with pytest.raises(UsageError, match="at least one item"):
        self_consistency_curve([])
