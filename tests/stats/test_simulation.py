"""A small, seeded part of benchmarks/statistics, which measures the same at length."""

import numpy as np
import pytest

from benchmarks.statistics import votes
from benchmarks.statistics.candidates import plain_t
from benchmarks.statistics.levels import level_of
from benchmarks.statistics.stopping import stops
from benchmarks.statistics.tables import contains
from benchmarks.statistics.worlds import SPREADS, Averaged, Clustering, InClusters, averaged, chances, precision_of
from promptkit.stats import (
    VerdictKind,
    accuracy_interval,
    holm,
    items_needed,
    paired_difference,
    self_consistency_curve,
)
from promptkit.stats.accuracy import effective_interval
from promptkit.stats.clusters import Grouped
from promptkit.stats.mcnemar import mcnemar_p, tango_interval
from promptkit.stats.signflip import sign_flip_p
from promptkit.stats.tinterval import AdjustedT

TIMES = 600  # a coverage of 95 % then has a standard error of 0.9 points
ENOUGH = 0.93


@pytest.fixture
def random():
    return np.random.default_rng(20250101)


def coverage(intervals, truth):
    return np.mean([contains(interval.low, interval.high, truth) for interval in intervals])


@pytest.mark.parametrize("accuracy", [0.02, 0.3, 0.9])
def test_averaged_accuracies_are_covered_where_the_plain_t_interval_may_fail(random, accuracy):
    scores = averaged(random, chances(random, accuracy, SPREADS["polarised"], (TIMES, 50)), 8)
    assert coverage([accuracy_interval(row) for row in scores], accuracy) >= ENOUGH


def test_the_plain_t_interval_fails_near_nought(random):
    scores = averaged(random, chances(random, 0.02, SPREADS["polarised"], (TIMES, 50)), 8)
    assert np.mean([contains(*plain_t(row, np.ones_like(row)), 0.02) for row in scores]) < 0.8


@pytest.mark.parametrize("accuracy", [0.02, 0.5])
def test_clustered_accuracies_are_covered(random, accuracy):
    sizes = Clustering(5, uneven=True).sizes(random, 100, TIMES)
    sums = random.binomial(sizes.astype(int), chances(random, accuracy, precision_of(0.7), sizes.shape))
    intervals = [effective_interval(Grouped(*units), 0.95) for units in zip(sums.astype(float), sizes, strict=True)]
    assert coverage(intervals, accuracy) >= ENOUGH


@pytest.mark.parametrize(("gain", "loss"), [(0.02, 0.02), (0.1, 0.0), (0.25, 0.05), (0.4, 0.4)])
def test_paired_differences_are_covered(random, gain, loss):
    counts = random.multinomial(50, [gain, loss, 1 - gain - loss], TIMES).tolist()
    assert coverage([tango_interval(gained, lost, 50) for gained, lost, _ in counts], gain - loss) >= ENOUGH


@pytest.mark.parametrize(
    "world",
    [
        Averaged(0.9, 0.03, SPREADS["polarised"], "same", 8),
        Averaged(0.02, 0.1, SPREADS["polarised"], "own", 3),
        InClusters(0.1, 0.1, precision_of(0.7), "own", Clustering(5, uneven=True)),
    ],
)
def test_averaged_and_clustered_differences_are_covered(random, world):
    pairs = zip(*world.sample(random, 50, TIMES), strict=True)
    assert coverage([AdjustedT.of(Grouped(*units)).interval(0.95) for units in pairs], world.difference) >= ENOUGH


@pytest.mark.parametrize("n", [20, 100])
def test_the_exact_mcnemar_test_keeps_its_level_at_every_discordance(n):
    level = level_of(mcnemar_p, n)
    assert max(level(share) for share in np.linspace(0.01, 1, 100)) <= 0.05


def test_the_sign_flip_test_keeps_its_level(random):
    scores = [averaged(random, chances(random, 0.3, 0.3, (TIMES, 30)), 8) for _ in range(2)]
    assert np.mean([sign_flip_p(row) <= 0.05 for row in scores[0] - scores[1]]) <= 0.07


def test_a_sampled_strategy_is_not_found_worse_than_an_equal_one_that_is_all_or_nothing(random):
    differences = random.binomial(1, 0.02, (TIMES, 50)) - averaged(random, np.full((TIMES, 50), 0.02), 8)
    assert np.mean([sign_flip_p(row) <= 0.05 for row in differences]) > 0.2
    scores = (np.maximum(differences, 0), np.maximum(-differences, 0))
    assert np.mean([paired_difference(*pair).p <= 0.05 for pair in zip(*scores, strict=True)]) <= 0.05


def test_holm_keeps_the_family_together(random):
    right = random.binomial(1, 0.5, (TIMES, 6, 100))
    gained, lost = (np.sum(sign * (right[:, 1:] - right[:, :1]) > 0, axis=2) for sign in (1, -1))
    p = [
        [mcnemar_p(*counts) for counts in zip(*row, strict=True)]
        for row in zip(gained.tolist(), lost.tolist(), strict=True)
    ]
    assert np.mean([min(row) <= 0.05 for row in p]) > 0.08
    assert np.mean([min(holm(row)) <= 0.05 for row in p]) <= 0.05


def test_the_items_needed_bring_the_power_asked_for(random):
    counts = random.multinomial(items_needed(0.1, 0.2), [0.15, 0.05, 0.8], TIMES).tolist()
    power = np.mean([gained > lost and mcnemar_p(gained, lost) <= 0.05 for gained, lost, _ in counts])
    assert power == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("difference", [0.0, 0.1])
def test_looking_after_every_item_makes_few_false_decisions(random, difference):
    walks = random.choice([-1.0, 0.0, 1.0], p=[0.15 - difference / 2, 0.7, 0.15 + difference / 2], size=(300, 400))
    false = {VerdictKind.WORSE, VerdictKind.EQUIVALENT if difference else VerdictKind.BETTER}
    assert np.mean([kind in false for [(kind, _)] in (stops(walk, margin=0.1) for walk in walks)]) <= 0.05


def test_a_large_difference_is_decided_early(random):
    walks = random.choice([-1.0, 0.0, 1.0], p=[0.05, 0.7, 0.25], size=(100, 400))
    found = [stops(walk, margin=0.1)[0] for walk in walks]
    assert all(kind is VerdictKind.BETTER for kind, _ in found)
    assert np.mean([items for _, items in found]) < 150


def test_the_self_consistency_curve_foretells_votes_over_fresh_draws(random):
    curve = self_consistency_curve(votes.recorded(random, 2000))
    for k in (1, 2, 5):
        assert curve[k - 1].accuracy == pytest.approx(np.mean(votes.fresh_votes(random, k, 20_000)), abs=0.03)
