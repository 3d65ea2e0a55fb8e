# Shares are told with the intervals of the literature.
import pytest

from training.intervals import Share, gain


def test_wilson_at_the_edge_stays_within_bounds():
    low, high = Share(10, 10).interval
    assert low == pytest.approx(72.25, abs=0.01)
    assert high == pytest.approx(100)


def test_wilson_of_a_middle_share():
    assert Share(81, 263).interval == pytest.approx((25.53, 36.62), abs=0.01)


def test_a_gain_has_newcombes_interval():
    assert gain(Share(56, 70), Share(48, 80)) == pytest.approx((20.0, 5.24, 33.39), abs=0.02)
