import pytest

from promptkit import ChainOfThought, PlanAndSolve, Prompt, Templates, UsageError, run
from promptkit.specs import build
from tests.players import Player

QUESTION = Prompt.of("How many legs do 3 spiders have?")


def test_a_plan_and_its_execution_are_asked_for_behind_the_question_in_one_call():
    model = Player(["Plan: 3 x 8. The answer is 24."])
    answer = run(PlanAndSolve(model), QUESTION)
    (asked,) = model.asked
    assert asked.question.startswith(f"{QUESTION.question}\n\nLet's first understand the problem and devise a plan")
    assert answer.text == "Plan: 3 x 8. The answer is 24."


def test_plus_also_asks_for_the_quantities_and_intermediate_results():
    plain, plus = PlanAndSolve(Player()).rewrite(QUESTION), PlanAndSolve(Player(), plus=True).rewrite(QUESTION)
    for part in ("extract relevant variables", "calculate intermediate variables"):
        assert part in plus.question
        assert part not in plain.question


def test_it_is_in_chinese_where_that_is_chosen():
    chinese = PlanAndSolve(Player(), templates=Templates(variant="zh-Hant"))
    assert chinese.rewrite(QUESTION).question.endswith("然後照著計畫，一步一步解題。")


def test_a_concise_chain_of_thought_is_the_full_one_and_one_sentence_more():
    full, concise = (ChainOfThought(Player(), style=style).rewrite(QUESTION) for style in ("full", "concise"))
    assert concise.question == f"{full.question} Be concise."


def test_a_draft_ends_with_its_answer_behind_a_separator():
    assert build("cot(style=draft)", Player()).rewrite(QUESTION).question.endswith("after a separator ####.")


def test_a_draft_has_no_separator_where_the_question_states_the_form_of_the_answer():
    drafted = ChainOfThought(Player(), style="draft").rewrite(QUESTION.with_form("End with: The answer is …"))
    assert "####" not in drafted.question
    assert drafted.question.endswith("with 5 words at most. Then give the answer.")


@pytest.mark.parametrize("style", ["concise", "draft"])
def test_a_reply_that_is_begun_can_not_be_asked_to_be_short(style):
    with pytest.raises(UsageError, match="leave one out"):
        ChainOfThought(Player(), begin=True, style=style)


def test_a_style_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(UsageError, match="there are full, concise, draft"):
        ChainOfThought(Player(), style="short")
