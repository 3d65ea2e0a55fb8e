from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.statistics.stopping import stops
from promptkit.errors import UsageError
from promptkit.stats import SequentialComparison, VerdictKind, anytime_interval, anytime_p
from promptkit.stats.sequential import STAKES, log_payoffs, log_wealth

DIFFERENCES = st.lists(st.sampled_from([-1.0, -0.25, 0.0, 0.5, 1.0]), max_size=60)


def fed(differences, **options):
    comparison = SequentialComparison(margin=0.2, **options)
    for difference in differences:
        comparison = comparison.after(difference)
    return comparison


@given(st.floats(-0.9, 0.9), st.floats(0, 1))
def test_a_bet_is_fair_when_the_mean_is_the_bound(bound, scale):
    high, low = bound + scale * (1 - bound), bound - scale * (1 + bound)
    chance = (bound - low) / (high - low) if high > low else 0.5
    payoffs = np.exp(log_payoffs(np.array([high, low]), np.array(bound)))
    assert chance * payoffs[0] + (1 - chance) * payoffs[1] == pytest.approx(np.ones(STAKES.size))


def test_no_gambler_ever_loses_everything():
    assert np.all(np.isfinite(log_payoffs(np.array([-1.0]), np.array(0.0))))


def test_items_on_which_the_strategies_agree_move_no_money():
    assert log_wealth(log_payoffs(np.array([0.0]), np.array([0.0]))) == pytest.approx([0.0])


def test_gains_alone_are_better_losses_alone_are_worse():
    assert fed([1.0] * 12).decision is VerdictKind.BETTER
    assert fed([-1.0] * 12).decision is VerdictKind.WORSE


def test_no_difference_for_long_enough_is_no_larger_difference():
    assert fed([0.0] * 60).decision is VerdictKind.EQUIVALENT


def test_nothing_seen_is_undecided():
    assert not SequentialComparison(margin=0.1).decided


def test_a_decision_stays():
    decided = fed([1.0] * 12)
    assert decided.decided
    assert decided.after(-1.0) is decided


def test_a_comparison_is_a_value():
    before = SequentialComparison(margin=0.2)
    before.after(1.0)
    assert before.seen == 0
    assert before.after(1.0).seen == 1


def test_a_larger_family_decides_later():
    assert fed([1.0] * 40, family=20).seen > fed([1.0] * 40).seen


@given(DIFFERENCES)
def test_swapping_the_strategies_swaps_better_and_worse(differences):
    swapped = {VerdictKind.BETTER: VerdictKind.WORSE, VerdictKind.WORSE: VerdictKind.BETTER}
    there, back = fed(differences), fed([-difference for difference in differences])
    assert back.decision is swapped.get(there.decision, there.decision)
    assert back.seen == there.seen


@given(DIFFERENCES.filter(bool))
def test_the_simulation_stops_where_the_comparison_does(differences):
    comparison = fed(differences)
    assert stops(np.array(differences), margin=0.2) == [(comparison.decision, comparison.seen)]


@settings(max_examples=40)
@given(DIFFERENCES)
def test_it_is_decided_by_the_time_the_anytime_interval_leaves_out_nought(differences):
    interval = anytime_interval(differences)
    if interval.low > 0 or interval.high < 0:
        assert fed(differences).decided


@settings(max_examples=40)
@given(DIFFERENCES)
def test_the_anytime_interval_holds_the_mean_and_is_mirrored(differences):
    interval, mirrored = anytime_interval(differences), anytime_interval([-d for d in differences])
    assert (mirrored.low, mirrored.high) == pytest.approx((-interval.high, -interval.low), abs=1e-9)
    if differences:
        assert interval.low <= np.mean(differences) <= interval.high


def test_the_ends_of_the_anytime_interval_are_where_the_wealth_reaches_its_limit():
    differences = np.array([1.0, 0.0, 0.0, 1.0, -1.0] * 20)
    low = anytime_interval(differences.tolist(), confidence=0.9).low
    assert log_wealth(log_payoffs(differences, np.array(low)).sum(axis=0)) == pytest.approx(log(2 / 0.1))


@given(DIFFERENCES)
def test_the_anytime_p_value_is_at_most_alpha_once_better_or_worse_is_decided(differences):
    decided = fed(differences).decision in {VerdictKind.BETTER, VerdictKind.WORSE}
    if anytime_p(differences) > 0.05:
        assert not decided
    elif fed(differences).decision is not VerdictKind.EQUIVALENT:
        assert decided


def test_the_anytime_p_value_is_twice_the_inverse_of_the_highest_wealth():
    # after one gain a gambler who stakes s of the wealth has 1 + s times as much; the loss that follows comes too late
    assert anytime_p([1.0, 0.0]) == pytest.approx(min(1, 2 / (1 + STAKES.mean())))
    assert anytime_p([1.0] * 8 + [-1.0] * 8) == anytime_p([1.0] * 8) == pytest.approx(2 / np.mean((1 + STAKES) ** 8))


def test_the_anytime_p_value_of_nothing_is_one():
    assert anytime_p([]) == 1.0


def test_the_anytime_interval_of_nothing_is_everything():
    interval = anytime_interval([])
    assert (interval.low, interval.high) == pytest.approx((-1, 1))


@pytest.mark.parametrize("difference", [1.5, -2, float("nan")])
def test_what_is_no_difference_of_scores_is_refused(difference):
    with pytest.raises(UsageError, match="between -1 and 1"):
        SequentialComparison(margin=0.1).after(difference)
    with pytest.raises(UsageError, match="between -1 and 1"):
        anytime_interval([difference])


@pytest.mark.parametrize("options", [{"margin": 0}, {"margin": 0.1, "alpha": 1}, {"margin": 0.1, "family": 0}])
def test_impossible_options_are_refused(options):
    with pytest.raises(UsageError):
        SequentialComparison(**options)
