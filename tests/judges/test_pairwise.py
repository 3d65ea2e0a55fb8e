import asyncio

import pytest

from promptkit.analysis.preferences import preferences
from promptkit.bench import Item
from promptkit.judges.judge import Judge
from promptkit.judges.pairwise import PairwiseJudge, Preference, read_preference
from tests.players import Player

ITEM = Item("1", "What is 3 + 4?", "7")


def prefer(reply, baseline="It is 7.", candidate="Seven, since 3 + 4 = 7."):
    player = Player(reply=reply)
    judge = PairwiseJudge(Judge(model=player, rubric="Short."))
    return asyncio.run(judge.prefer(baseline, candidate, ITEM)), player


def test_a_reply_wins_that_is_preferred_in_both_orders():
    def for_the_candidate(prompt):
        return "Better: 1" if prompt.question.index("Seven,") < prompt.question.index("It is 7.") else "Better: 2"

    found, player = prefer(for_the_candidate)
    assert (found.forth, found.back, found.score, found.longer) == ("second", "first", 1.0, "candidate")
    assert len(player.asked) == 2


def test_a_judge_that_goes_by_the_order_prefers_nothing():
    found, _ = prefer(lambda p: "Better: 1")
    assert (found.score, found.forth, found.back) == (0.5, "first", "first")


def test_the_same_reply_is_a_tie_that_nobody_is_asked_about():
    found, player = prefer(lambda p: "Better: 1", "It is 7.", "It is 7. ")
    assert (found.score, player.asked) == (0.5, [])


def test_a_judgement_without_verdict_is_no_tie():
    found, _ = prefer(lambda p: "Both are fine.")
    assert found.score is None


@pytest.mark.parametrize(
    ("judgement", "expected"),
    [
        ("Better: 1", "first"),
        ("Good.\n**Better: 2**", "second"),
        ("Better: reply 2", "second"),
        ("better: tie.", "tie"),
        ("較好：平手", "tie"),
        ("Better: 3", None),
        ("Better: 1 or 2", None),
        ("Better: 1\nOr so.", None),
    ],
)
def test_what_is_read_as_a_verdict(judgement, expected):
    assert read_preference(judgement) == expected


def figures(*found):
    listed = [Preference(str(number), *one) for number, one in enumerate(found)]
    return preferences(listed, task="t", baseline="a", candidate="b", model="m")


def test_wins_ties_and_losses_are_counted_and_tested():
    wins = [("second", "first", "candidate")] * 9
    found = figures(*wins, ("first", "second", "baseline"), ("tie", "tie", "neither"), (None, "first", "baseline"))
    assert (found.wins, found.losses, found.ties, found.unreadable) == (9, 1, 1, 1)
    assert found.p == pytest.approx(2 * 11 / 2**10)
    assert found.preferred.share == pytest.approx(9.5 / 11)
    assert found.sentence().startswith("b is preferred to a: preferred in 86.4 % of 11")


def test_with_few_items_nothing_is_claimed():
    assert "not enough data to tell" in figures(("second", "first", "candidate")).sentence()
    assert "no judgement could be read" in figures((None, None, "neither")).sentence()


def test_a_judge_that_goes_by_the_order_is_found_out():
    found = figures(*[("first", "first", "candidate")] * 20)
    assert (found.consistent.share, found.first.share) == (0.0, 1.0)
    assert "prefers what is shown first" in found.warnings()[0]


def test_a_judge_that_goes_by_length_is_shown():
    found = figures(*[("second", "first", "candidate")] * 5, *[("first", "second", "candidate")] * 5)
    assert (found.longer.cases, found.longer.share) == (10, 0.5)
