"""The wordings as a model takes them that reads every word and obeys: it is played by a function."""

import re

from promptkit import FunctionModel, PlanThenSolve, Prompt, SelfReflection, run

FORM = 'Reply only with JSON that has the key "sum".'
NUMBERS = range(11, 21)
ASKED = Prompt.of(f"Add {', '.join(map(str, NUMBERS))}.\n{FORM}").model_copy(update={"form": FORM})
RIGHT = '{"sum": 155}'


def obedient(prompt):
    """What such a model replies; its first draft forgets a number."""
    asked = prompt.question
    if most := re.search(r"at most (\d+) short, numbered sub-questions", asked):
        return "\n".join(f"{i}. What is part {i}?" for i in range(1, int(most[1]) + 1))
    if sub_question := re.search(r"^Sub-question (\d+): ", asked, re.MULTILINE):
        number = int(sub_question[1])
        return f"First thoughts.\n\nPart {number} is {number}.\n\nSub-question {number}: is done."
    if "Solve it again by yourself" in asked and 'one line: "Verdict: correct" or "Verdict: wrong"' in asked:
        draft = prompt.messages[-2].content
        right = draft == RIGHT
        return f"I get 155.\nThe answer above is {draft}.\nVerdict: {'correct' if right else 'wrong'}"
    revises = asked.startswith("Now give the improved answer") and FORM in asked
    return RIGHT if revises else '{"sum": 135}' if asked == ASKED.question else asked


def test_a_plan_has_six_steps_at_most():
    answer = run(PlanThenSolve(FunctionModel(obedient, name="obedient")), ASKED)
    assert answer.usage.calls == 1 + 6 + 1


def test_the_end_of_the_answers_so_far_is_marked_whatever_stands_in_them():
    answer = run(PlanThenSolve(FunctionModel(obedient, name="obedient")), ASKED)
    *_, last, combine = (step.prompt.question for step in answer.steps)
    listed, rest = last.split("\n\nEnd of the answers.\n\n")
    assert listed.count("\n   Sub-question") == 5  # in the answers, indented below their items
    assert rest == "Sub-question 6: What is part 6?"
    assert combine.endswith(f"\n\nEnd of the answers.\n\nNow give the final answer to the question.\n{FORM}")


def test_a_wrong_draft_is_found_by_solving_again_and_revised_in_the_form_that_was_asked_for():
    answer = run(SelfReflection(FunctionModel(obedient, name="obedient"), rounds=2), ASKED)
    assert [step.step for step in answer.steps] == ["draft", "critique", "revision", "critique"]
    assert answer.text == RIGHT
    assert not answer.all_fallbacks()
