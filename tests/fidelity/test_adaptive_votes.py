"""Votes that stop early, beside the published rules."""

import itertools

import pytest
from scipy import integrate, stats

from promptkit import AnswerType, SelfConsistency, run
from promptkit.strategies.stopping import draws_until_sure, leader_probability
from tests.fidelity import fidelity
from tests.players import Player

AGGARWAL = "Aggarwal et al. 2023, arXiv:2305.11860, section 3 and its published code"
LI = "Li et al. 2024, arXiv:2401.10480, section 3"


def drawn(answers, **options):
    model = Player([f"The answer is {answer}." for answer in answers])
    reply = run(SelfConsistency(model, answer=AnswerType("number"), **options), "How many?")
    return len(model.asked), reply.text


def one_at_a_time(answers, threshold):
    """The published loop: draw one, integrate the density of the two leading counts above one half, stop when sure."""
    for number in range(1, len(answers) + 1):
        counts = sorted((answers[:number].count(a) for a in set(answers[:number])), reverse=True)
        a, b = [*counts, 0][:2]
        above, _ = integrate.quad(lambda x, a=a, b=b: x**a * (1 - x) ** b, 0.5, 1)
        whole, _ = integrate.quad(lambda x, a=a, b=b: x**a * (1 - x) ** b, 0, 1)
        if above / whole >= threshold:
            return number
    return len(answers)


@fidelity("self-consistency", source=AGGARWAL, checks="the probability of the Beta rule, beside scipy's distribution")
def test_the_beta_rule_is_the_upper_half_of_a_beta_distribution():
    for leader, rival in itertools.product([0, 1, 2, 3, 7, 40, 333], [0, 1, 2, 5, 39, 200]):
        expected = stats.beta.sf(0.5, leader + 1, rival + 1)
        assert leader_probability(leader, rival) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_beta_rule_is_exact_for_thousands_of_votes():
    assert leader_probability(3, 0) == 0.9375
    assert leader_probability(5000, 5000) == 0.5
    assert 0.97 < leader_probability(5100, 4900) < 0.98


@fidelity("self-consistency", source=AGGARWAL, checks="that it stops at the draw at which the published loop stops")
def test_it_stops_at_the_draw_at_which_one_draw_at_a_time_would_stop():
    for answers in itertools.product((1, 2, 3), repeat=8):
        asked, _ = drawn(answers, draws=8, stop="beta")
        assert asked == one_at_a_time(answers, 0.95), answers


def test_only_draws_that_are_needed_in_any_case_are_made_at_the_same_time():
    assert draws_until_sure(0, 0, 0.95) == 4
    assert draws_until_sure(3, 1, 0.95) == 3
    assert leader_probability(5, 1) < 0.95 <= leader_probability(6, 1)


@fidelity("self-consistency", source=LI, checks="that draws come in windows, and a window of one answer is the last")
@pytest.mark.parametrize(
    ("answers", "asked", "answer"),
    [
        ((1, 1, 1, 2, 2, 2), 3, 1),
        ((1, 2, 1, 3, 3, 3, 9), 6, 3),  # all draws vote
        ((1, 1, 2, 1, 3, 3, 3), 7, 1),  # an unequal window, and one that is cut short by the most draws
        ((1, 1, "?", 1, 1, 1, 2), 6, 1),  # a draw without an answer makes its window undecided
    ],
)
def test_windows_are_drawn_until_one_is_unanimous(answers, asked, answer):
    assert drawn(answers, draws=7, stop="window", window=3) == (asked, f"The answer is {answer}.")
