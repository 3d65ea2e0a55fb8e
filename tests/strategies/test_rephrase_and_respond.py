"""Rephrase and respond, in one step and in two."""

import pytest

from promptkit import ChainOfThought, Prompt, RephraseAndRespond, UsageError, run
from promptkit.strategies.rephrase_and_respond import NOT_REPHRASED
from tests.players import Player

ASKED = Prompt.of("Was Ada born in an even month?", max_tokens=5).with_form("Answer yes or no.")


def test_one_step_is_one_call_that_ends_with_the_form_of_the_answer():
    model = Player(["no"])
    assert run(RephraseAndRespond(model), ASKED).text == "no"
    (sent,) = model.asked
    assert sent.question.splitlines()[0] == '"Was Ada born in an even month?"'
    assert sent.question.splitlines()[-1] == "Answer yes or no."


def test_two_steps_answer_with_both_questions_in_view():
    model = Player(["Is the number of the month of Ada's birth even?", "yes"])
    answer = run(RephraseAndRespond(model, steps=2), ASKED)
    rephrase, respond = model.asked
    assert "Answer yes or no." not in rephrase.question
    assert "Was Ada born" in respond.question
    assert "Is the number of the month" in respond.question
    assert respond.question.endswith("\nAnswer yes or no.")
    assert [step.step for step in answer.steps] == ["rephrasing", "answer"]


def test_another_model_may_rephrase_and_what_stands_inside_sees_the_answer_alone():
    rephraser, model = Player(["Is the month even?"], name="strong"), Player(["yes"])
    run(RephraseAndRespond(ChainOfThought(model), steps=2, rephraser=rephraser), ASKED)
    assert len(rephraser.asked) == len(model.asked) == 1
    assert "step by step" in model.asked[0].question
    assert "step by step" not in rephraser.asked[0].question


@pytest.mark.parametrize("reply", ["", "<think>Hm."])
def test_a_rephrasing_that_is_empty_or_cut_off_is_not_used(reply):
    class CutOff(Player):
        async def complete(self, prompt):
            made = await super().complete(prompt)
            return made.model_copy(update={"finish_reason": "length"}) if len(self.asked) == 1 else made

    model = CutOff([reply, "yes"])
    answer = run(RephraseAndRespond(model, steps=2), ASKED)
    assert model.asked[1] == ASKED
    assert answer.fallbacks == (NOT_REPHRASED,)


@pytest.mark.parametrize(
    ("options", "said"), [({"steps": 3}, "in 1 step or in 2"), ({"rephraser": Player()}, "give steps=2")]
)
def test_a_step_too_many_and_a_rephraser_of_one_step_are_refused(options, said):
    with pytest.raises(UsageError, match=said):
        RephraseAndRespond(Player(), **options)
