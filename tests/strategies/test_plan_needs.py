import asyncio

import pytest

from promptkit import (
    AnswerType,
    ChainOfThought,
    PlanThenSolve,
    Prompt,
    SelfConsistency,
    Templates,
    Unavailable,
    run,
)
from promptkit.strategies.plan_list import listed
from promptkit.strategies.plan_needs import Part, by_needs, waves
from tests import virtual_time
from tests.players import Player

QUESTION = Prompt.of("Which of three cities is largest?")
STEPS = ["plan", "sub-questions of wave 1: 1", "sub-questions of wave 1: 2", "sub-question 3", "combine"]
PLAN = "1. How large is Ulm? (needs none)\n2. How large is Jena? (needs none)\n3. Which is larger? (needs 1, 2)"


def needs_of(*items):
    return [part.needs for part in by_needs(items)[0]]


@pytest.mark.parametrize(
    "written",
    [
        "(needs 1, 2)", "(needs 1 and 2)", "(Needs: 1, 2).", "[needs 1,2]", "(depends on 1 and 2)", "(requires 1, 2)",
        "(needs 1-2)", "(needs 1 to 2)", "(needs #1, #2)", "(needs the answers to 1 and 2)", "（需要 1、2）",
        "**(needs 1, 2)**",
        "- (needs 2, 1)", "(it needs 1, 1 and 2)",
    ],
)  # fmt: skip
def test_what_a_sub_question_needs_reads_the_same_however_it_is_written(written):
    (_, _, third), wrong = by_needs(["A? (needs none)", "B? (needs none)", f"C? {written}"])
    assert third.needs == (1, 2)
    assert third.question.rstrip("* ") == "C?"
    assert wrong == ()


@pytest.mark.parametrize(
    "written",
    [
        "(needs none)",
        "(needs nothing)",
        "(needs: none)",
        "(needs no others)",
        "(needs -)",
        "（需要：無）",
        "（不需要）",
    ],
)
def test_none_is_none(written):
    assert needs_of("A?", f"B? {written}") == [(), ()]


def test_one_that_does_not_say_what_it_needs_needs_all_before_it_and_that_is_told():
    parts, wrong = by_needs(["A?", "B? (needs none)", "C? (needs a calculator)"])
    assert parts[2] == Part(3, "C? (needs a calculator)", (1, 2))
    assert wrong == ("sub-question 3 does not say what it needs",)


@pytest.mark.parametrize(("needs", "named"), [("3", "3"), ("2", "2"), ("7", "7"), ("0", "0"), ("1, 3", "3")])
def test_one_that_needs_itself_a_later_one_or_none_that_is_there_needs_all_before_it(needs, named):
    parts, wrong = by_needs(["A?", f"B? (needs {needs})", "C? (needs none)"])
    assert parts[1].needs == (1,)
    assert wrong == (f"sub-question 2 needs {named}, not among those before it",)


def test_a_circle_is_cut_where_it_points_ahead():
    parts, wrong = by_needs(["A? (needs 3)", "B? (needs 1)", "C? (needs 2)"])
    assert [part.needs for part in parts] == [(), (1,), (2,)]
    assert wrong == ("sub-question 1 needs 3, not among those before it",)


def test_numbers_are_those_of_the_list_also_behind_an_item_that_is_no_question():
    parts, wrong = by_needs(["A? (needs none)", "The answer is 12.", "B? (needs none)", "C? (needs 1, 3)"])
    assert parts[2] == Part(3, "C?", (1, 2))
    assert wrong == ()


def test_what_needs_nothing_of_each_other_is_one_wave():
    parts, _ = by_needs(["A? (needs none)", "B? (needs 1)", "C? (needs none)", "D? (needs 1)", "E? (needs 2, 4)"])
    assert [[part.number for part in wave] for wave in waves(parts)] == [[1, 3], [2, 4], [5]]


def test_a_hostile_plan_is_read_at_once():
    assert needs_of("A? " + "(needs " * 5_000) == [()]
    assert needs_of("A? (needs " + "1," * 20_000 + ")") == [()]


def test_the_answers_that_a_sub_question_needs_are_shown_to_it_and_no_others():
    plan = "1. How large is Ulm? (needs none)\n2. How old is Jena? (needs none)\n3. Is Ulm large? (needs 1)"
    model = Player([plan, "Ulm-size", "Jena-age", "Yes.", "Ulm."])
    answer = run(PlanThenSolve(model, parallel=True), QUESTION)
    assert [step.step for step in answer.steps] == STEPS
    assert "(needs" not in str([prompt.messages for prompt in model.asked[1:]])
    assert ["Ulm-size" in prompt.question for prompt in model.asked] == [False, False, False, True, True]
    assert ["Jena-age" in prompt.question for prompt in model.asked] == [False, False, False, False, True]
    assert answer.note == ""


class Slow(Player):
    """Takes as many seconds as the number of the sub-question is away from 4, so that later ones are done earlier."""

    async def complete(self, prompt):
        number = next((n for n in (1, 2, 3) if f"Sub-question {n}:" in prompt.question), 3)
        completion = await super().complete(prompt)
        await asyncio.sleep(4 - number)
        return completion


def test_independent_sub_questions_are_asked_at_once_and_accounted_for_in_their_order():
    async def solved():
        answer = await PlanThenSolve(Slow([PLAN, "x"]), parallel=True).complete(QUESTION)
        return answer, virtual_time.now()

    answer, seconds = virtual_time.run(solved())
    assert [step.step for step in answer.steps] == STEPS
    assert seconds == pytest.approx(1 + max(3, 2) + 1 + 1)


def test_when_a_sub_question_fails_those_asked_at_the_same_time_are_finished_and_kept():
    def reply(prompt):
        if "Sub-question 1:" in prompt.question:
            raise Unavailable("gone", model="player")
        return PLAN

    model = Player(reply=reply)
    with pytest.raises(Unavailable) as failed:
        run(PlanThenSolve(model, parallel=True), QUESTION)
    assert [step.step for step in failed.value.completions] == ["plan", "sub-questions of wave 1: 2"]


def test_votes_on_parallel_plans_repeat_no_draw_and_account_for_all_calls():
    model = Player(reply=lambda prompt: PLAN if "needs none" in prompt.question else "The answer is 3.")
    plan = PlanThenSolve(ChainOfThought(model), parallel=True)
    answer = run(SelfConsistency(plan, answer=AnswerType("number"), draws=2), QUESTION)
    assert answer.usage.calls == len(model.asked) == len(set(model.asked)) == 2 * (1 + 3 + 1)


def test_what_could_not_be_read_of_the_needs_is_told_beside_a_plan_that_is_too_long():
    plan = "1. A?\n2. B? (needs 9)\n3. C? (needs none)\n4. D? (needs none)"
    answer = run(PlanThenSolve(Player([plan, "x"]), parallel=True, max_steps=3), QUESTION)
    assert answer.note == (
        "sub-question 2 needs 9, not among those before it; the plan had 4 steps; the last 1 were left out"
    )
    assert len(answer.fallbacks) == 2


def test_without_the_option_nothing_is_asked_or_read_about_needs():
    model = Player([PLAN, "x"])
    run(PlanThenSolve(model), QUESTION)
    assert "needs" not in model.asked[0].question
    assert model.asked[3].question.endswith("Sub-question 3: Which is larger? (needs 1, 2)")
    assert model.asked[3].question.count("? (needs none) x") == 2


def test_needs_are_asked_for_and_read_in_chinese():
    model = Player(["1. 甲多大？（需要：無）\n2. 乙多大？（需要：無）\n3. 誰大？（需要 1、2）", "大"])
    answer = run(PlanThenSolve(model, parallel=True, templates=Templates(variant="zh-Hant")), "誰最大？")
    assert "（需要 1、2）" in model.asked[0].question
    assert answer.note == ""
    assert "目前的答案" not in model.asked[2].question


def test_items_are_listed_as_they_are_written():
    assert listed("1. A? (needs none)\n2. The answer is 12.") == ("A? (needs none)", "The answer is 12.")
