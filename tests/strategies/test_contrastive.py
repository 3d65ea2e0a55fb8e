"""Contrastive examples, and the wrong reasoning that is made of a right one."""

import pytest

from promptkit import AnswerType, Contrastive, Example, Prompt, TaskContext, UsageError, run
from promptkit.leaks import leaks_refused
from promptkit.specs import build
from promptkit.strategies.few_shot import ASKED, UNREASONED
from promptkit.strategies.wrong_reasoning import made_wrong
from tests.players import Player

EGGS = Example(question="5 eggs, 2 eaten?", answer="3", reasoning="5 - 2 = 3, so 3 are left.")
CAKES = Example(question="4 cakes, 1 eaten?", answer="3", reasoning="4 - 1 = 3.", wrong_reasoning="4 + 1 = 5.")
BARE = Example(question="6 nuts, 2 eaten?", answer="4")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("He starts with 3, then has 5.", "He starts with 5, then has 3."),
        ("3*2=6 a week, 6*2=12 in all.", "6*2=12 a week, 3*2=6 in all."),
        ("$1,200 and 5% of it.", "5% and $1,200 of it."),
        ("Cows walk.", "walk Cows."),
        ("Seven is 7 and 7.", "and Seven 7 is 7."),
        ("先有3個，再加4個。", "先有4個，再加3個。"),
        ("So.", None),
        ("", None),
    ],
)
def test_objects_change_their_places(right, wrong):
    assert made_wrong(right) == wrong


def test_an_example_shows_its_right_and_its_wrong_reasoning_before_the_question():
    text = Contrastive(Player(), examples=(EGGS, CAKES)).rewrite(Prompt.of("9 pens, 4 lost?")).question
    made = "3, so 5 - 2 = 3 are left."
    parts = [EGGS.reasoning, made, CAKES.reasoning, CAKES.wrong_reasoning, "9 pens, 4 lost?"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


def test_examples_without_reasoning_are_left_out_and_that_is_told():
    answer = run(Contrastive(Player(), examples=(EGGS, BARE)), "9 pens, 4 lost?")
    assert BARE.question not in answer.steps[0].prompt.question
    assert answer.fallbacks == (UNREASONED,)
    assert answer.note == "left out 1 without reasoning"


def test_an_example_that_asks_the_very_question_is_left_out_and_refused_in_a_benchmark():
    strategy = Contrastive(Player(), examples=(EGGS, CAKES))
    answer = run(strategy, EGGS.question)
    assert answer.fallbacks == (ASKED,)
    assert answer.steps[0].prompt.question.count(EGGS.question) == 1
    with leaks_refused(), pytest.raises(UsageError, match="example 1 asks the question itself"):
        run(strategy, EGGS.question)


@pytest.mark.parametrize(("examples", "said"), [((), "there is no example"), ((BARE,), "none of 1 examples has")])
def test_without_anything_to_contrast_it_is_refused(examples, said):
    with pytest.raises(UsageError, match=said):
        Contrastive(Player(), examples=examples)


def test_a_specification_takes_the_examples_of_the_task_that_have_reasoning():
    task = TaskContext(AnswerType("number"), (BARE, EGGS, CAKES))
    assert build("contrastive", Player(), task).examples == (EGGS, CAKES)
    assert build("contrastive(n=1)", Player(), task).examples == (EGGS,)
    with pytest.raises(UsageError, match="3 examples with reasoning are wanted and the task has 2"):
        build("contrastive(n=3)", Player(), task)
