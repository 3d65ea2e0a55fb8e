from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multinomial

from promptkit.errors import UsageError
from promptkit.stats import items_needed, mcnemar_power, smallest_detectable
from promptkit.stats.mcnemar import mcnemar_p


def by_enumeration(n, difference, discordance, alpha):
    shares = [(discordance + difference) / 2, (discordance - difference) / 2, 1 - discordance]
    return sum(
        multinomial.pmf([gained, lost, n - gained - lost], n, shares)
        for gained, lost in product(range(n + 1), repeat=2)
        if gained + lost <= n and gained > lost and mcnemar_p(gained, lost) <= alpha
    )


def test_power_of_the_worked_example_of_the_gpower_manual_after_o_brien_2002():
    # odds ratio 0.25, 40 % discordant, 50 items, one-sided at 5 %: 0.839343; it leaves out tails below 1e-5
    assert mcnemar_power(50, 0.24, 0.4, alpha=0.1) == pytest.approx(0.839343, abs=2e-5)


@pytest.mark.parametrize(("n", "difference", "discordance"), [(12, 0.5, 0.7), (20, 0.3, 0.3), (25, 0.0, 0.6)])
@pytest.mark.parametrize("alpha", [0.05, 0.2])
def test_power_is_the_chance_of_all_outcomes_that_reject_in_the_true_direction(n, difference, discordance, alpha):
    expected = by_enumeration(n, difference, discordance, alpha)
    assert mcnemar_power(n, difference, discordance, alpha=alpha) == pytest.approx(expected)


def test_strategies_that_never_disagree_are_never_told_apart():
    assert mcnemar_power(100, 0.0, 0.0) == 0.0


@settings(max_examples=30)
@given(st.floats(0.03, 1), st.floats(0.03, 1))
def test_the_items_needed_are_enough_and_one_fewer_is_not(difference, discordance):
    n = items_needed(difference, discordance)
    discordance = max(difference, discordance)
    assert mcnemar_power(n, difference, discordance) >= 0.8
    assert mcnemar_power(n - 1, difference, discordance) < 0.8


@settings(max_examples=20)
@given(st.integers(6, 3000), st.floats(0.0, 1))
def test_the_smallest_detectable_difference_is_just_detected(n, discordance):
    difference = smallest_detectable(n, discordance)
    assert mcnemar_power(n, difference, max(difference, discordance)) >= 0.8
    less = difference - 2e-4
    assert mcnemar_power(n, less, max(less, discordance)) < 0.8


def test_five_items_can_show_no_difference_at_all():
    assert smallest_detectable(5, 0.5) is None
    assert smallest_detectable(6, 0.5) is not None


def test_the_sign_of_the_difference_does_not_matter():
    assert items_needed(-0.1, 0.3) == items_needed(0.1, 0.3)


def test_more_power_and_a_stricter_level_need_more_items():
    assert items_needed(0.1, 0.3, power=0.9) > items_needed(0.1, 0.3) > items_needed(0.1, 0.3, alpha=0.1)


def test_a_discordance_below_the_difference_is_raised_to_it():
    assert items_needed(0.2, 0.05) == items_needed(0.2, 0.2)


def test_a_difference_of_nought_cannot_be_found():
    with pytest.raises(UsageError, match="cannot be found"):
        items_needed(0.0, 0.3)


def test_a_difference_that_takes_millions_of_items_is_refused():
    with pytest.raises(UsageError, match="1,000,000 items"):
        items_needed(0.0005, 0.5)


def test_a_difference_above_the_discordance_is_refused():
    with pytest.raises(UsageError, match="needs a discordance between"):
        mcnemar_power(100, 0.3, 0.2)
