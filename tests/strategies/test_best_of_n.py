"""The best of several draws, by a judge, a tournament or a function."""

import asyncio
import math
import re

import pytest

from promptkit import BestOfN, UsageError, run
from promptkit.specs import build
from tests.players import Player


def drawing(*texts, judge):
    """A model that draws `texts` and judges by `judge(question)`."""
    draws = iter(texts)
    return Player(reply=lambda p: judge(p.question) if "were proposed" in p.question else next(draws))


def shown(question):
    return re.findall(r"(?:^|\n)Answer \d+:\n(\w+)", question)


def prefers_longer(question):
    return f"Best: {max(enumerate(shown(question), 1), key=lambda one: len(one[1]))[0]}"


def test_the_most_consistent_answer_is_asked_for_instead_of_the_best():
    def judge(question):
        assert "the best" not in question
        return f"The most consistent response is Response {shown(question).index('same') + 1}."

    model = drawing("other", "same", "same", judge=judge)
    assert run(BestOfN(model, draws=3, pick="most-consistent"), "Write.").text == "same"
    assert len(model.asked) == 4


@pytest.mark.parametrize(("pick", "comparisons"), [("knockout", 2 * 3), ("round-robin", 4 * 3)])
def test_a_tournament_compares_two_at_a_time_in_both_orders(pick, comparisons):
    model = drawing("aa", "aaaa", "a", "aaa", judge=prefers_longer)
    answer = run(BestOfN(model, draws=4, pick=pick), "Write.")
    asked = [tuple(shown(p.question)) for p in model.asked[4:]]
    assert answer.text == "aaaa"
    assert len(asked) == comparisons
    assert all(pair[::-1] in asked for pair in asked)


@pytest.mark.parametrize("pick", ["knockout", "round-robin"])
def test_a_judge_that_prefers_a_place_decides_nothing(pick):
    model = drawing("one", "two", "three", judge=lambda _: "Best: 2")
    assert run(BestOfN(model, draws=3, pick=pick), "Write.").text == "one"


def test_a_comparison_that_cant_be_read_is_undecided_and_reported():
    model = drawing("one", "two", judge=lambda _: "Both are fine.")
    answer = run(BestOfN(model, draws=2, pick="knockout"), "Write.")
    assert answer.text == "one"
    assert answer.all_fallbacks() == ("left a comparison undecided: the pick could not be read",)


def length(text):
    return len(text)


async def length_in_time(text):
    await asyncio.sleep(0)
    return len(text)


@pytest.mark.parametrize("score", [length, length_in_time])
def test_a_function_picks_without_a_call(score):
    model = Player(["one", "three", "two"])
    answer = run(BestOfN(model, draws=3, score=score), "Write.")
    assert answer.text == "three"
    assert len(model.asked) == 3
    assert not answer.all_fallbacks()


def test_a_score_that_fails_or_is_no_number_is_left_out_and_reported():
    scores = {"one": -2.0, "two": math.nan, "three": "high"}
    answer = run(BestOfN(Player(["two", "one", "three", "four"]), draws=4, score=lambda text: scores[text]), "Write.")
    assert answer.text == "one"
    assert answer.all_fallbacks() == ("left out draws: the score function failed on them",)
    assert "draw 0: the score function returned nan" in answer.note
    assert "draw 3: the score function failed with KeyError: 'four'" in answer.note


def test_where_no_draw_has_a_score_the_first_is_kept():
    answer = run(BestOfN(Player(["one", "two"]), draws=2, score=lambda _: None), "Write.")
    assert answer.text == "one"
    assert "no draw has a score" in answer.note


def test_a_specification_names_the_function_by_its_path():
    answer = run(build("best-of-n(draws=2,score=tests.strategies.test_best_of_n:length)", Player(["a", "bb"])), "?")
    assert answer.text == "bb"
    for wrong, message in {"length": "module:function", "math:pi": "name a function", "math:no": "there is no"}.items():
        with pytest.raises(UsageError, match=message):
            build(f"best-of-n(score={wrong})", Player())


def test_two_ways_to_pick_are_refused():
    for options in ({"judge": Player()}, {"pick": "knockout"}):
        with pytest.raises(UsageError, match="score picks by itself"):
            BestOfN(Player(), score=len, **options)
