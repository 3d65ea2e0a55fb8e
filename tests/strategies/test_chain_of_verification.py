"""Chain of verification: what each call sees, in each style."""

import pytest

from promptkit import ChainOfVerification, Prompt, UsageError, run
from promptkit.strategies.chain_of_verification import LEFT_OUT, NO_CHECKS
from tests.players import Player

ASKED = Prompt.of("Name a poet's daughter.", system="You know people.", max_tokens=9).with_form("Answer with a name.")
DRAFT = "Ada of Paris"


def knows(prompt):
    text = prompt.question
    if "Do not answer them yet" in text:
        return "1. Where was Ada born?\n2. Who was her father?"
    if "Where was Ada born?" in text and len(prompt.messages) == 2:
        return "In London."
    if "Who was her father?" in text and len(prompt.messages) == 2:
        return "Byron."
    if "Your answer was checked" in text:
        return "Ada of London"
    if "CONSISTENT" in text:
        return "INCONSISTENT" if "London" in text else "CONSISTENT"
    return DRAFT


def checked(style, reply=knows, **options):
    model = Player(reply=reply)
    return run(ChainOfVerification(model, style=style, **options), ASKED), model


def whole(prompt):
    return "\n".join(message.text for message in prompt.messages)


@pytest.mark.parametrize(
    ("style", "steps"),
    [
        ("joint", ["draft", "checks", "revision"]),
        ("two-step", ["draft", "plan", "checks", "revision"]),
        ("factored", ["draft", "plan", "check: 1", "check: 2", "revision"]),
        ("factor-revise", ["draft", "plan", "check: 1", "check: 2", "comparison: 1", "comparison: 2", "revision"]),
    ],
)
def test_the_calls_of_each_style_and_the_answer_is_the_revision(style, steps):
    answer, _ = checked(style)
    assert [step.step for step in answer.steps] == steps
    assert answer.text == "Ada of London"


@pytest.mark.parametrize("style", ["two-step", "factored", "factor-revise"])
def test_who_answers_the_questions_sees_neither_the_draft_nor_the_question(style):
    answer, _ = checked(style)
    for step in answer.steps:
        if step.step.startswith("check"):
            assert DRAFT not in whole(step.prompt)
            assert ASKED.without_form().question not in whole(step.prompt)
            assert "Answer with a name." not in whole(step.prompt)
            assert step.prompt.messages[0].text == "You know people."


def test_a_question_is_answered_apart_from_the_other_ones_where_it_is_factored():
    answer, _ = checked("factored")
    first, second = (step.prompt.question for step in answer.steps if step.step.startswith("check"))
    assert "father" not in first
    assert "born" not in second


@pytest.mark.parametrize("style", ["joint", "two-step", "factored", "factor-revise"])
def test_the_revision_sees_the_draft_and_the_findings_and_is_asked_for_the_form(style):
    answer, _ = checked(style)
    sent = answer.steps[-1].prompt
    assert DRAFT in sent.messages[-2].text
    assert sent.question.endswith("\nAnswer with a name.")
    assert sent.max_tokens == 9
    if style != "joint":
        assert "In London." in sent.question
    assert ("Compared with your answer: INCONSISTENT" in sent.question) == (style == "factor-revise")


def test_another_model_may_answer_the_questions():
    checker = Player(["In London.", "Byron."], name="strong")
    _, model = checked("factored", checker=checker)
    assert len(checker.asked) == 2
    assert len(model.asked) == 3


@pytest.mark.parametrize(("style", "calls"), [("joint", 2), ("two-step", 2), ("factored", 2), ("factor-revise", 2)])
def test_where_no_questions_can_be_read_the_draft_is_kept_and_that_is_told(style, calls):
    answer, model = checked(style, reply=lambda prompt: "" if "verification questions" in prompt.question else DRAFT)
    assert (answer.text, answer.fallbacks) == (DRAFT, (NO_CHECKS,))
    assert len(model.asked) == calls


def test_questions_beyond_the_limit_are_left_out_and_that_is_told():
    answer, model = checked("factored", max_questions=1)
    assert len(model.asked) == 4
    assert answer.fallbacks == (LEFT_OUT,)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"style": "faktored"}, "there are joint, two-step, factored, factor-revise"),
        ({"max_questions": 0}, "at least one question"),
        ({"style": "joint", "checker": Player()}, "leave checker out"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, said):
    with pytest.raises(UsageError, match=said):
        ChainOfVerification(Player(), **options)
