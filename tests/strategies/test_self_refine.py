"""Self-Refine, and reflection by a check from outside."""

import pytest

from promptkit import AnswerType, Prompt, SelfRefine, SelfReflection, UsageError, run
from promptkit.checkers import arithmetic
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

QUESTION = Prompt.of("How many legs do 3 spiders have?\nAnswer with a number.").with_form("Answer with a number.")


def contents(prompt):
    return [message.content for message in prompt.messages]


def test_feedback_sees_the_latest_answer_and_a_refinement_all_answers_with_their_feedback():
    model = Player(["18", "No. Verdict: reject", "20", "Still no. Verdict: reject", "24", "Verdict: accept"])
    answer = run(SelfRefine(model), QUESTION)
    _, first, refined, second, again, last = (contents(prompt) for prompt in model.asked)
    assert answer.text == "24"
    assert [step.step for step in answer.steps] == ["draft", *["critique", "revision"] * 2, "critique"]
    assert (first[1], second[1], last[1]) == ("18", "20", "24")
    assert len(first) == len(second) == len(last) == 3
    assert refined[1:4:2] == ["18", "No. Verdict: reject"]
    assert again[1:8:2] == ["18", "No. Verdict: reject", "20", "Still no. Verdict: reject"]
    assert again[-1].endswith("\nAnswer with a number.")
    assert "Answer with a number." not in refined[2]


def test_it_ends_after_its_rounds_and_feedback_without_a_verdict_asks_for_more():
    model = Player(["Hm."])
    run(SelfRefine(model, rounds=2), QUESTION)
    assert len(model.asked) == 5
    with pytest.raises(UsageError, match="rounds=0"):
        SelfRefine(model, rounds=0)


def of_three(text):
    return None if "24" in text else f"{text} is not 3 times 8"


async def in_time(text):
    return of_three(text)


@pytest.mark.parametrize("check", [of_three, in_time])
def test_a_check_takes_the_place_of_the_critic_and_makes_no_call(check):
    model = Player(["18", "20", "24"])
    answer = run(SelfReflection(model, checker=check, rounds=5), QUESTION)
    assert answer.text == "24"
    assert [step.step for step in answer.steps] == ["draft", "revision", "revision"]
    assert contents(model.asked[1])[1] == "18"
    assert "18 is not 3 times 8" in model.asked[1].question
    assert model.asked[1].question.endswith("\nAnswer with a number.")
    assert "20 is not" in model.asked[2].question


def test_an_answer_that_the_check_accepts_stands_and_false_is_a_fault_without_a_word():
    for fine in (None, True, ""):
        assert len(run(SelfReflection(Player(["24"]), checker=lambda _, fine=fine: fine), QUESTION).calls()) == 1
    model = Player(["18", "24"])
    run(SelfReflection(model, checker=lambda _: False), QUESTION)
    assert model.asked[1].question.startswith("A check found that the answer above is wrong.")


@pytest.mark.parametrize(("check", "why"), [(lambda _: 1 / 0, "failed with ZeroDivisionError"), (len, "returned 2")])
def test_a_check_that_fails_keeps_the_answer_and_is_reported(check, why):
    answer = run(SelfReflection(Player(["18"]), checker=check), QUESTION)
    assert answer.text == "18"
    assert why in answer.note
    assert answer.all_fallbacks() == ("kept the answer: the check failed",)


def test_a_check_that_cant_be_used_at_all_is_an_error():
    def check(_):
        raise UsageError("install it")

    with pytest.raises(UsageError, match="install it"):
        run(SelfReflection(Player(["18"]), checker=check), QUESTION)


def test_a_specification_names_a_ready_check_or_a_function_by_its_path():
    context = TaskContext(AnswerType("number"))
    assert build("reflect(checker=arithmetic)", Player(), context).checker is arithmetic
    assert build("reflect(checker=tests.strategies.test_self_refine:of_three)", Player(), context).checker is of_three
    with pytest.raises(UsageError, match="give arithmetic, schema, or the path"):
        build("reflect(checker=spelling)", Player(), context)
    for options in ("critic=nano", "revises_unclear=true"):
        with pytest.raises(UsageError, match="with a checker no critic is asked"):
            build(f"reflect(checker=arithmetic,{options})", Player(), TaskContext(load_model=lambda _: Player()))
