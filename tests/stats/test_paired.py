import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.errors import UsageError
from promptkit.stats import paired_difference
from promptkit.stats.mcnemar import mcnemar_p, tango_interval
from tests.stats.strategies import clustered_pairs, pairs


def of_counts(both, gained, lost, neither):
    baseline = [1.0] * both + [0.0] * gained + [1.0] * lost + [0.0] * neither
    candidate = [1.0] * both + [1.0] * gained + [0.0] * lost + [0.0] * neither
    return paired_difference(baseline, candidate)


def test_tango_interval_of_fagerland_lydersen_and_laake_2014_table_5():
    # airway hyper-responsiveness before and after stem cell transplantation: 1, 1, 7 and 12 children
    comparison = of_counts(1, 1, 7, 12)
    assert (comparison.low, comparison.high) == pytest.approx((-0.517, -0.026), abs=5e-4)


@pytest.mark.parametrize(("counts", "p"), [((1, 1, 7, 12), 0.0703), ((59, 6, 16, 80), 0.0525)])
def test_exact_mcnemar_p_values_of_fagerland_lydersen_and_laake_2013(counts, p):
    assert of_counts(*counts).p == pytest.approx(p, abs=5e-5)


def test_without_a_discordant_item_tango_is_wilson_at_nought_on_both_sides():
    interval = tango_interval(0, 0, 20)  # z² / (n + z²)
    assert (interval.low, interval.high) == pytest.approx((-0.1611, 0.1611), abs=5e-5)


def test_the_counts_are_told():
    comparison = of_counts(5, 3, 1, 11)
    assert (comparison.n, comparison.gained, comparison.lost) == (20, 3, 1)
    assert comparison.difference == pytest.approx(0.1)
    assert comparison.discordance == pytest.approx(0.2)
    assert comparison.design_effect == 1.0


def test_strategies_that_never_differ_have_p_one_and_a_symmetric_interval():
    for scores in ([0.0, 1.0] * 10, [0.25, 0.5] * 10):
        comparison = paired_difference(scores, scores)
        assert (comparison.difference, comparison.p, comparison.gained, comparison.lost) == (0, 1, 0, 0)
        assert comparison.low == pytest.approx(-comparison.high)
        assert comparison.high > 0.05


def test_a_candidate_right_where_the_baseline_is_always_wrong_reaches_one():
    comparison = paired_difference([0.0] * 20, [1.0] * 20)
    assert comparison.high == 1.0
    assert comparison.low > 0.6
    assert comparison.p == pytest.approx(2 / 2**20)


def test_one_item_decides_nothing():
    comparison = paired_difference([0.0], [1.0])
    assert comparison.p == 1.0
    assert comparison.low < 0 < comparison.high


def test_one_cluster_decides_nothing():
    comparison = paired_difference([0.0] * 9, [1.0] * 9, clusters=["passage"] * 9)
    assert (comparison.low, comparison.high, comparison.p) == (-1.0, 1.0, 1.0)


def test_differences_that_agree_within_clusters_count_for_less():
    baseline, candidate = [0.0] * 40 + [1.0] * 60, [1.0] * 20 + [0.0] * 20 + [1.0] * 60
    apart = paired_difference(baseline, candidate)
    together = paired_difference(baseline, candidate, clusters=[i // 5 for i in range(100)])
    assert together.design_effect > 3
    assert together.high - together.low > 1.5 * (apart.high - apart.low)


def test_scores_that_differ_by_rounding_alone_are_neither_gained_nor_lost():
    comparison = paired_difference([0.3, 0.5], [0.1 + 0.2, 0.5])
    assert (comparison.gained, comparison.lost, comparison.p) == (0, 0, 1.0)


@given(clustered_pairs())
def test_swapping_the_strategies_negates_the_comparison(sample):
    baseline, candidate, clusters = sample
    there = paired_difference(baseline, candidate, clusters=clusters)
    back = paired_difference(candidate, baseline, clusters=clusters)
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=1e-9)
    assert back.difference == pytest.approx(-there.difference)
    assert back.p == pytest.approx(there.p)
    assert (back.gained, back.lost) == (there.lost, there.gained)


@given(clustered_pairs())
def test_the_interval_holds_the_difference_and_stays_within_minus_one_and_one(sample):
    baseline, candidate, clusters = sample
    for comparison in (
        paired_difference(baseline, candidate),
        paired_difference(baseline, candidate, clusters=clusters),
    ):
        assert -1 <= comparison.low <= comparison.difference + 1e-9
        assert comparison.difference - 1e-9 <= comparison.high <= 1
        assert 0 < comparison.p <= 1


@given(pairs())
def test_clusters_of_one_item_are_no_clusters(sample):
    baseline, candidate = sample
    assert paired_difference(baseline, candidate, clusters=range(len(baseline))) == paired_difference(
        baseline, candidate
    )


@given(pairs())
def test_the_order_of_items_does_not_matter(sample):
    baseline, candidate = sample
    forth, back = paired_difference(baseline, candidate), paired_difference(baseline[::-1], candidate[::-1])
    assert (back.low, back.high, back.p) == pytest.approx((forth.low, forth.high, forth.p))


@given(clustered_pairs(), st.sampled_from([0.8, 0.95, 0.99]))
def test_a_significant_p_value_goes_with_an_interval_that_leaves_out_nought(sample, confidence):
    baseline, candidate, clusters = sample
    for ids in (None, clusters):
        comparison = paired_difference(baseline, candidate, clusters=ids, confidence=confidence)
        if comparison.p <= 1 - confidence:
            assert comparison.low > 0 or comparison.high < 0


def test_a_significant_mcnemar_test_goes_with_a_tango_interval_that_leaves_out_nought():
    for discordant in range(6, 60):
        lost = max(count for count in range(discordant // 2) if mcnemar_p(discordant - count, count) <= 0.05)
        assert tango_interval(discordant - lost, lost, 2 * discordant).low > 0


def test_mcnemar_without_a_discordant_item_has_p_one():
    assert mcnemar_p(0, 0) == 1.0
    assert mcnemar_p(7, 7) == 1.0


def test_strategies_on_different_numbers_of_items_are_refused():
    with pytest.raises(UsageError, match="candidate has 1 scores and baseline 2"):
        paired_difference([0.0, 1.0], [1.0])


def test_no_items_are_refused():
    with pytest.raises(UsageError, match="at least one item"):
        paired_difference([], [])
