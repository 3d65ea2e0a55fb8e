import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit import UsageError
from promptkit.stats import accuracy_interval, share_interval, unpaired_interval

shares = st.floats(0, 1, allow_nan=False)


@pytest.mark.parametrize(("right", "n"), [(0, 20), (1, 29), (15, 148), (81, 263), (30, 30)])
def test_the_interval_of_a_share_is_that_of_as_many_scores(right, n):
    assert share_interval(right / n, n) == accuracy_interval([1] * right + [0] * (n - right))


@pytest.mark.parametrize(
    ("a", "b", "n", "low", "high"),
    [
        (3 / 10, 9 / 10, 10, 0.1705, 0.8090),
        (2 / 7, 6 / 7, 7, 0.0582, 0.8062),
        (0.0, 0.0, 10, -0.2775, 0.2775),
        (0.0, 1.0, 10, 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombe_1998_table_2_method_10(a, b, n, low, high):
    found = unpaired_interval(a, b, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)


@given(shares, shares, st.integers(1, 5000))
def test_it_holds_the_difference_and_is_mirrored(a, b, n):
    found, mirrored = unpaired_interval(a, b, n), unpaired_interval(b, a, n)
    assert -1 <= found.low <= b - a <= found.high <= 1
    assert (found.low, found.high) == pytest.approx((-mirrored.high, -mirrored.low))


def test_a_share_in_per_cent_is_refused_with_the_way_out():
    with pytest.raises(UsageError, match="divide per cent by 100"):
        share_interval(56.9, 1319)
    with pytest.raises(UsageError, match="at least one item"):
        share_interval(0.5, 0)
