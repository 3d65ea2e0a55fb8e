"""System 2 attention."""

from promptkit import ChainOfThought, Prompt, SystemTwoAttention, run
from promptkit.strategies.system_two_attention import NO_CONTEXT
from tests.players import Player

ASKED = Prompt.of("Ann has 3 pens. I think it is 9. How many pens?", system="Count.").with_form("Answer with a number.")
ANEW = "Context: Ann has 3 pens.\nQuestion: How many pens?"


def test_the_call_that_answers_sees_what_was_written_anew_and_nothing_of_the_original():
    model = Player([ANEW, "3"])
    assert run(SystemTwoAttention(model), ASKED).text == "3"
    context, answer = model.asked
    assert "I think it is 9" in context.question
    assert "Answer with a number." not in context.question
    assert answer.question.startswith(ANEW)
    assert answer.question.endswith("\nAnswer with a number.")
    assert not any("I think it is 9" in message.text for message in answer.messages)
    assert answer.messages[0].text == "Count."


def test_the_context_is_written_by_the_bare_model_or_an_editor():
    model, editor = Player(["3"]), Player([ANEW])
    run(SystemTwoAttention(ChainOfThought(model), editor=editor), ASKED)
    assert len(editor.asked) == len(model.asked) == 1
    assert "step by step" not in editor.asked[0].question


def test_thoughts_before_the_context_are_not_passed_on():
    model = Player([f"<think>9 is his guess.</think>{ANEW}", "3"])
    run(SystemTwoAttention(model), ASKED)
    assert "guess" not in model.asked[1].question


def test_an_empty_context_is_not_used():
    model = Player([" ", "9"])
    answer = run(SystemTwoAttention(model), ASKED)
    assert model.asked[1] == ASKED
    assert answer.fallbacks == (NO_CONTEXT,)
