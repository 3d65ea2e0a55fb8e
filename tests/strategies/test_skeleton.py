"""Skeleton of thought."""

import asyncio

import pytest

from promptkit import Prompt, Skeleton, UsageError, run
from promptkit.strategies.skeleton import LONG_SKELETON, NO_SKELETON
from tests.players import Player

ASKED = Prompt.of("How can I sleep better?", max_tokens=50).with_form("Answer in French.")


def sleeper(prompt):
    return "1. Hours\n2. Screens" if "skeleton of the answer: a" in prompt.question else f"About {prompt.draw}: {'x'}"


def test_the_points_are_joined_in_the_order_of_the_skeleton():
    model = Player(["1. Hours\n2. Screens", "Keep regular hours.", "Put screens away."])
    answer = run(Skeleton(model), ASKED)
    assert answer.text == "1. Keep regular hours.\n\n2. Put screens away."
    assert [step.step for step in answer.steps] == ["skeleton", "point: 1", "point: 2"]


def test_each_point_is_told_the_question_the_skeleton_and_which_point_it_is():
    model = Player(reply=sleeper)
    run(Skeleton(model), ASKED)
    for number, (prompt, point) in enumerate(zip(model.asked[1:], ["Hours", "Screens"], strict=True), start=1):
        assert "How can I sleep better?" in prompt.question
        assert "1. Hours\n2. Screens" in prompt.question
        assert f"point {number} ({point})" in prompt.question
        assert "Answer in French." not in prompt.question


def test_all_points_are_asked_for_before_one_is_answered():
    class Waiting(Player):
        all_here = asyncio.Event()

        async def complete(self, prompt):
            made = await super().complete(prompt)
            if len(self.asked) == 3:
                self.all_here.set()
            if len(self.asked) > 1:
                await self.all_here.wait()
            return made

    assert run(Skeleton(Waiting(reply=sleeper)), ASKED).usage.calls == 3


def test_an_answer_is_cut_off_where_one_of_its_points_is():
    class CutOff(Player):
        async def complete(self, prompt):
            made = await super().complete(prompt)
            return made.model_copy(update={"finish_reason": "length"}) if len(self.asked) == 3 else made

    assert run(Skeleton(CutOff(reply=sleeper)), ASKED).finish_reason == "length"


def test_where_no_skeleton_can_be_read_the_question_is_asked_whole():
    model = Player(["Sleep well.", "Sleep early."])
    answer = run(Skeleton(model), ASKED)
    assert (answer.text, answer.fallbacks) == ("Sleep early.", (NO_SKELETON,))
    assert model.asked[1] == ASKED


def test_a_long_skeleton_is_cut_and_that_is_told():
    answer = run(Skeleton(Player(reply=sleeper), max_points=1), ASKED)
    assert answer.usage.calls == 2
    assert answer.fallbacks == (LONG_SKELETON,)
    assert answer.note == "the skeleton had 2 points; the last 1 were left out"


def test_a_schema_is_refused_before_anything_is_asked():
    model = Player()
    with pytest.raises(UsageError, match="no JSON schema"):
        run(Skeleton(model), ASKED.with_schema({"type": "object"}))
    assert not model.asked
