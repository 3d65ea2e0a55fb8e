import pytest

from promptkit.errors import UsageError
from promptkit.stats import VerdictKind, paired_difference, verdict


def comparison(gained, lost, same):
    baseline = [0.0] * gained + [1.0] * lost + [1.0] * same
    candidate = [1.0] * gained + [0.0] * lost + [1.0] * same
    return paired_difference(baseline, candidate)


def test_a_significant_gain_is_better_and_a_significant_loss_is_worse():
    assert verdict(comparison(20, 2, 78), margin=0.05).kind is VerdictKind.BETTER
    assert verdict(comparison(2, 20, 78), margin=0.05).kind is VerdictKind.WORSE


def test_the_adjusted_p_value_decides():
    gain = comparison(20, 2, 78)
    assert verdict(gain, margin=0.05, adjusted_p=0.05).kind is VerdictKind.BETTER
    assert verdict(gain, margin=0.05, adjusted_p=0.051).kind is VerdictKind.NOT_ENOUGH_DATA


def test_an_interval_within_the_margin_says_no_larger_difference_and_how_large():
    even = comparison(10, 10, 980)
    found = verdict(even, margin=0.02)
    assert found.kind is VerdictKind.EQUIVALENT
    assert found.largest_difference == max(-even.low, even.high)
    assert found.items_needed is None


def test_the_end_of_the_interval_farther_from_nought_is_the_one_that_counts():
    lopsided = comparison(14, 8, 978)
    assert -lopsided.low < 0.01 < lopsided.high
    assert verdict(lopsided, margin=0.01).kind is VerdictKind.NOT_ENOUGH_DATA


def test_significance_comes_before_smallness():
    tiny = comparison(40, 10, 9950)
    found = verdict(tiny, margin=0.05)
    assert found.kind is VerdictKind.BETTER
    assert found.largest_difference < 0.05


@pytest.mark.parametrize(
    ("gained", "lost", "same", "margin"), [(30, 30, 440, 0.02), (30, 22, 448, 0.02), (30, 18, 52, 0.01)]
)
def test_the_items_needed_settle_it_when_the_same_is_seen_on_that_many(gained, lost, same, margin):
    first = comparison(gained, lost, same)
    needed = verdict(first, margin=margin).items_needed
    assert needed > first.n
    times = needed / first.n
    again = comparison(round(gained * times), round(lost * times), round(same * times))
    assert verdict(again, margin=margin).kind is not VerdictKind.NOT_ENOUGH_DATA


def test_one_item_is_not_enough_data():
    assert verdict(comparison(1, 0, 0), margin=0.02).kind is VerdictKind.NOT_ENOUGH_DATA


def test_swapping_the_strategies_swaps_better_and_worse_only():
    for counts in ((20, 2, 78), (10, 10, 980), (12, 8, 80)):
        there, back = (
            verdict(comparison(*counts), margin=0.02),
            verdict(comparison(counts[1], counts[0], counts[2]), margin=0.02),
        )
        swapped = {VerdictKind.BETTER: VerdictKind.WORSE}
        assert back.kind is swapped.get(there.kind, there.kind)
        assert back.largest_difference == pytest.approx(there.largest_difference)
        assert back.items_needed == there.items_needed


@pytest.mark.parametrize(
    "options", [{"margin": 0}, {"margin": 2}, {"margin": 0.02, "alpha": 5}, {"margin": 0.02, "adjusted_p": 1.5}]
)
def test_impossible_options_are_refused(options):
    with pytest.raises(UsageError, match="must lie between 0 and 1"):
        verdict(comparison(1, 1, 8), **options)


@pytest.mark.parametrize("margin", [5e-324, 1e-200])
def test_a_margin_of_next_to_nothing_needs_items_that_can_be_counted(margin):
    found = verdict(comparison(3, 3, 4), margin=margin)
    assert found.kind is VerdictKind.NOT_ENOUGH_DATA
    assert found.items_needed is None or found.items_needed > 10**12
