from itertools import product
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promptkit.stats.mcnemar import mcnemar_p
from promptkit.stats.signflip import _of_sizes, sign_flip_p

# Darwin's maize: height of the crossed plant less that of its self-fertilised pair, in eighths of an inch.
MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
STEPS = st.lists(st.integers(-8, 8), min_size=1, max_size=9)


def by_enumeration(differences):
    observed = abs(sum(differences))
    sums = [
        abs(sum(s * d for s, d in zip(signs, differences, strict=True)))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return np.mean([total >= observed - 1e-9 for total in sums])


def test_darwins_maize_as_worked_by_fisher_1935_section_21():
    assert sign_flip_p(np.array(MAIZE) / 80) == pytest.approx(1726 / 2**15)


@given(STEPS)
def test_averages_of_draws_are_tested_exactly(steps):
    assert sign_flip_p(np.array(steps) / 8) == pytest.approx(by_enumeration(steps))


@given(st.integers(0, 30), st.integers(0, 30))
def test_right_or_wrong_scores_give_the_exact_mcnemar_test(gained, lost):
    assert sign_flip_p(np.array([1.0] * gained + [-1.0] * lost)) == pytest.approx(mcnemar_p(gained, lost))


def test_real_valued_differences_are_tested_by_random_flips_close_to_the_exact_test():
    differences = np.random.default_rng(1).normal(0.3, 1, 12) / 10
    assert sign_flip_p(differences) == pytest.approx(by_enumeration(differences), abs=0.01)


def test_random_flips_never_give_p_nought():
    differences = np.random.default_rng(2).uniform(0.1, 0.2, 200)
    assert sign_flip_p(differences) == 1 / 20_000


def test_a_seed_gives_its_p_value_again():
    differences = np.random.default_rng(3).normal(0.1, 1, 40) / 10
    assert sign_flip_p(differences, seed=7) == sign_flip_p(differences, seed=7)
    assert sign_flip_p(differences, seed=7) != sign_flip_p(differences, seed=8)


@given(STEPS)
def test_the_sign_of_all_differences_does_not_matter(steps):
    assert sign_flip_p(-np.array(steps) / 8) == pytest.approx(sign_flip_p(np.array(steps) / 8))


def test_items_without_a_difference_do_not_matter():
    assert sign_flip_p(np.array([0.5, 0.25, 0.0, 0.0, 1e-12])) == sign_flip_p(np.array([0.5, 0.25]))


def test_no_difference_at_all_has_p_one():
    assert sign_flip_p(np.zeros(5)) == 1.0


def test_many_steps_of_few_sizes_are_flipped_by_size_close_to_the_exact_test():
    differences = np.array([0.5, -0.5, 1.0, 0.5, -1.0, 0.5, 1.0] * 3000)
    few = differences[: 7 * 700]
    assert _of_sizes(2 * few, 0) == pytest.approx(sign_flip_p(few), abs=0.005)
    moved = np.concatenate([differences, -differences, [1.0] * 200, [0.5] * 100])
    shifted, deviation = float(moved.sum()), float(np.sqrt(np.square(moved).sum()))
    assert sign_flip_p(moved) == pytest.approx(2 * NormalDist().cdf(-shifted / deviation), abs=0.015)


def test_a_million_items_that_differ_alike_are_tested_too():
    assert sign_flip_p(np.tile([0.5, -0.5, 1.0, -1.0], 250_000)) == 1.0
    assert sign_flip_p(np.tile([0.5, 0.5, 1.0, -1.0], 250_000)) == 1 / 20_000
