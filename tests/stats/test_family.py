import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.errors import UsageError
from promptkit.stats import holm

P_VALUES = st.lists(st.floats(0, 1), max_size=8)


def test_the_smallest_counts_as_often_as_there_are_values_the_next_once_less():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_one_comparison_keeps_its_p_value_and_none_stay_none():
    assert holm([0.04]) == (0.04,)
    assert holm([]) == ()


@given(P_VALUES)
def test_an_adjusted_value_is_never_smaller_nor_above_one_nor_above_bonferroni(values):
    for raw, adjusted in zip(values, holm(values), strict=True):
        assert raw <= adjusted <= min(1, raw * len(values)) + 1e-12


@given(P_VALUES)
def test_the_order_of_comparisons_does_not_matter(values):
    assert holm(values[::-1]) == pytest.approx(holm(values)[::-1])


@given(P_VALUES)
def test_the_order_of_the_values_is_kept(values):
    adjusted = holm(values)
    ranked = [a for _, a in sorted(zip(values, adjusted, strict=True))]
    assert ranked == sorted(adjusted)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(value):
    with pytest.raises(UsageError, match="between 0 and 1"):
        holm([0.5, value])
