import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.errors import UsageError
from promptkit.stats import variance_components


def test_a_worked_example():
    # item means 1, 0.5, 0: variance 1/4; variance within items 0, 1/2, 0, over 2 draws each: mean 1/12
    found = variance_components([[1, 1], [1, 0], [0, 0]])
    assert found.sampling == pytest.approx(1 / 12 / 3)
    assert found.total == pytest.approx(1 / 4 / 3)
    assert found.items == pytest.approx((1 / 4 - 1 / 12) / 3)


def test_draws_that_never_differ_leave_no_sampling_noise():
    assert variance_components([[1, 1], [0, 0], [1, 1]]).sampling == 0


def test_items_that_do_not_differ_leave_no_item_noise():
    found = variance_components([[1, 0], [0, 1], [1, 0]])
    assert found.items == 0
    assert found.sampling == pytest.approx(1 / 4 / 3)


def test_items_may_have_different_numbers_of_draws():
    assert variance_components([[1, 0], [1, 1, 0, 0]]).sampling == pytest.approx((1 / 4 + 1 / 12) / 2 / 2)


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=2, max_size=5), min_size=2, max_size=8))
def test_right_and_wrong_are_alike(draws):
    mirrored = variance_components([[1 - score for score in item] for item in draws])
    found = variance_components(draws)
    assert (mirrored.items, mirrored.sampling) == pytest.approx((found.items, found.sampling))


@pytest.mark.parametrize("draws", [[], [[1, 0]], [[1, 0], [1]]])
def test_single_items_and_single_draws_are_refused(draws):
    with pytest.raises(UsageError, match="at least two items"):
        variance_components(draws)
