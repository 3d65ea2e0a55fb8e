import math

import pytest

from promptkit.errors import UsageError
from promptkit.stats import non_inferiority_p, paired_difference


def scores(both, gained, lost, neither):
    """Right or wrong of a baseline and a candidate, by how many items have which."""
    baseline = [1.0] * both + [0.0] * gained + [1.0] * lost + [0.0] * neither
    candidate = [1.0] * both + [1.0] * gained + [0.0] * lost + [0.0] * neither
    return baseline, candidate


def test_it_goes_with_the_interval():
    for margin in (0.01, 0.02, 0.05, 0.1, 0.2):
        for gained, lost in ((0, 0), (2, 2), (5, 9), (9, 5), (0, 12)):
            baseline, candidate = scores(60, gained, lost, 20)
            low = paired_difference(baseline, candidate, confidence=0.9).low
            assert (non_inferiority_p(baseline, candidate, margin=margin) <= 0.05) == (low > -margin)


def test_it_is_that_of_tangos_score_test():
    gained, lost, n, margin = 6, 8, 100, 0.1
    linear = -(2 * n - gained + lost) * margin - gained - lost
    losing = (math.sqrt(linear**2 - 8 * n * lost * margin * (1 + margin)) - linear) / (4 * n)
    z = (gained - lost + n * margin) / math.sqrt(n * (2 * losing - margin * (1 + margin)))
    p = math.erfc(z / math.sqrt(2)) / 2
    assert non_inferiority_p(*scores(70, gained, lost, 16), margin=margin) == pytest.approx(p, rel=1e-6)


def test_a_larger_margin_and_more_items_make_it_smaller():
    few, many = scores(40, 3, 3, 4), scores(400, 30, 30, 40)
    assert non_inferiority_p(*few, margin=0.1) < non_inferiority_p(*few, margin=0.05)
    assert non_inferiority_p(*many, margin=0.05) < non_inferiority_p(*few, margin=0.05)


def test_it_is_one_where_the_candidate_is_worse_by_the_margin():
    assert non_inferiority_p(*scores(50, 0, 20, 30), margin=0.05) == 1.0


def test_averaged_and_clustered_scores_have_one_too():
    baseline, candidate = [0.5, 1.0, 0.0, 0.75] * 10, [0.5, 0.75, 0.25, 0.75] * 10
    clusters = [str(number // 2) for number in range(40)]
    assert non_inferiority_p(baseline, candidate, margin=0.2) < 0.05
    assert 0 < non_inferiority_p(baseline, candidate, margin=0.05, clusters=clusters) < 1


def test_a_margin_outside_of_0_to_1_is_refused():
    with pytest.raises(UsageError, match="margin"):
        non_inferiority_p([1.0], [1.0], margin=2)
