"""Votes that draw no more than it takes."""

import pytest

from promptkit import AnswerNotFound, AnswerType, Prompt, SelfConsistency, UsageError, run
from promptkit.analysis.curve import stops_early
from promptkit.specs import build
from tests.players import Player

NUMBER = AnswerType("number")


def test_an_early_stop_makes_the_first_calls_of_the_plain_vote():
    plain, beta, window = Player(["It is 4."]), Player(["It is 4."]), Player(["It is 4."])
    run(SelfConsistency(plain, answer=NUMBER, draws=9), "2 + 2?")
    answer = run(SelfConsistency(beta, answer=NUMBER, draws=9, stop="beta"), "2 + 2?")
    run(SelfConsistency(window, answer=NUMBER, draws=9, stop="window", window=3), "2 + 2?")
    assert beta.asked == plain.asked[:4]
    assert window.asked == plain.asked[:3]
    assert answer.note == "4 of 4 draws agree, of at most 9"
    assert answer.steps[0].text == answer.text


def test_early_stops_in_votes_repeat_no_draw():
    model = Player(["It is 4."])
    inner = SelfConsistency(model, answer=NUMBER, draws=5, stop="beta")
    run(SelfConsistency(inner, answer=NUMBER, draws=5, stop="beta"), Prompt.of("2 + 2?"))
    assert len({p.draw for p in model.asked}) == len(model.asked) == 16


def test_draws_without_an_answer_are_no_votes_and_none_at_all_is_an_error_after_all_draws():
    with pytest.raises(AnswerNotFound, match="none of 6 draws"):
        run(SelfConsistency(Player(["no idea"]), answer=NUMBER, draws=6, stop="beta"), "2 + 2?")
    model = Player(["no idea", "It is 4.", "It is 4.", "It is 4.", "It is 4.", "It is 5."])
    run(SelfConsistency(model, answer=NUMBER, draws=9, stop="beta"), "2 + 2?")
    assert len(model.asked) == 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("stop=gamma", "'beta' or 'window'"),
        ("stop=beta,draws=4", "can't stop before draw 4, and draws=4 are the most"),
        ("stop=window", "can't stop before draw 5, and draws=5 are the most"),
        ("stop=window,draws=9,window=1", "one answer agrees with itself"),
        ("stop=beta,threshold=1.0", "give more than 0.5 and less than 1"),
    ],
)
def test_a_rule_that_can_never_stop_is_refused(options, message):
    with pytest.raises(UsageError, match=message):
        build(f"self-consistency({options})", Player())


def test_draws_that_were_stopped_for_what_they_are_make_no_curve():
    assert stops_early("cot+self-consistency(draws=40,stop=window)")
    assert not stops_early("self-consistency(draws=40)")
    assert not stops_early("my own strategy")
