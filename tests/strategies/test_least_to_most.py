import pytest

from promptkit import ChainOfThought, LeastToMost, Prompt, Templates, UsageError, run
from promptkit.specs import build
from tests.players import Player

QUESTION = Prompt.of("Tom has 5 eggs. Anna has 2 more. How many have they together?")
LIST = "1. How many has Anna?\n2. What is added?"


def asked_of(replies, prompt=QUESTION, **options):
    model = Player(replies)
    return run(LeastToMost(model, **options), prompt), model.asked


def test_every_sub_question_is_asked_behind_the_earlier_ones_and_their_answers():
    answer, asked = asked_of([LIST, "7.", "5 and 7.", "The answer is 12."])
    assert answer.text == "The answer is 12."
    assert [step.step for step in answer.steps] == ["plan", "sub-question 1", "sub-question 2", "whole question"]
    assert [m.text for m in asked[3].messages] == [
        f"{QUESTION.question}\n\nSub-question 1: How many has Anna?",
        "7.",
        "Sub-question 2: What is added?",
        "5 and 7.",
        f"Now the question itself:\n{QUESTION.question}",
    ]
    assert asked[2].messages == asked[3].messages[:3]


def test_the_question_itself_is_not_asked_twice_where_the_list_ends_with_it():
    answer, _ = asked_of(["1. How many has Anna?\n2. how many have they together", "7", "12"])
    assert [step.step for step in answer.steps] == ["plan", "sub-question 1", "whole question"]
    assert answer.note == ""


def test_a_question_that_needs_nothing_before_it_is_asked_alone_at_once():
    answer, asked = asked_of(["1. How many have they together?", "12"])
    assert asked[1] == QUESTION
    assert answer.fallbacks == ()


def test_two_decompositions_are_shown_and_own_ones_take_their_place():
    _, usual = asked_of(["no list"])
    _, own = asked_of(
        ["no list"], decompositions={"Is a whale a fish?": ("What makes a fish?", "How does it breathe?")}
    )
    assert usual[0].question.count("Before it, these sub-questions need an answer:") == 2 + 1
    shown = (
        "Question: Is a whale a fish?\nBefore it, these sub-questions need an answer:\n1. What makes a fish?\n2. How"
    )
    assert shown in own[0].question
    assert own[0].question.count("Before it, these sub-questions need an answer:") == 1 + 1


def test_decompositions_can_be_given_on_the_command_line():
    made = build("least-to-most(decompositions={'Is it?': ['What is it?']})", Player())
    assert dict(made.decompositions) == {"Is it?": ("What is it?",)}


@pytest.mark.parametrize("listed", ["What is it?", ()])
def test_a_decomposition_that_is_no_list_is_refused_by_its_question(listed):
    with pytest.raises(UsageError, match="'Is it\\?' a tuple of sub-questions"):
        LeastToMost(Player(), decompositions={"Is it?": listed})


def test_without_a_readable_list_the_question_is_asked_whole_and_the_note_says_so():
    answer, asked = asked_of(["I would add.", "12"])
    assert asked[1] == QUESTION
    assert "asked the question whole" in answer.note
    assert answer.fallbacks == ("fell back to a direct answer: no plan could be read",)


def test_of_a_list_that_is_too_long_the_end_is_left_out_and_the_note_says_so():
    answer, asked = asked_of(["\n".join(f"{i}. Step {i}?" for i in range(1, 8)), "yes"], max_steps=3)
    assert len(asked) == 1 + 3 + 1
    assert "the last 4 were left out" in answer.note


def test_only_the_question_itself_is_asked_for_the_form_of_the_answer():
    _, asked = asked_of([LIST, "7", "5, 7", "12"], QUESTION.with_form("Reply as JSON."))
    assert ["Reply as JSON." in str(prompt.messages) for prompt in asked] == [False, False, False, True]
    assert asked[3].question.endswith("together?\nReply as JSON.")
    assert [prompt.form for prompt in asked] == ["", "", "", "Reply as JSON."]


def test_what_begins_the_answer_begins_that_of_the_question_itself_alone():
    model = Player([LIST, "7", "5, 7", "12"])
    run(ChainOfThought(LeastToMost(model), begin=True), QUESTION)
    assert [prompt.messages[-1].role for prompt in model.asked] == ["user", "user", "user", "assistant"]


def test_the_bare_model_breaks_down_and_the_wrapped_one_answers():
    model = Player([LIST, "7", "5, 7", "12"])
    run(LeastToMost(ChainOfThought(model)), QUESTION)
    assert ["step by step" in prompt.question for prompt in model.asked] == [False, True, True, True]


def test_no_thoughts_are_passed_on():
    _, asked = asked_of([f"<think>1. Odd?</think>{LIST}", "<think>99</think>7", "5, 7", "12"])
    assert asked[3].messages[1].text == "7"


def test_it_is_in_chinese_where_that_is_chosen():
    model = Player(["1. 安娜有幾個？", "7", "12"])
    run(LeastToMost(model, templates=Templates(variant="zh-Hant")), "一共有幾個？")
    assert model.asked[1].question == "一共有幾個？\n\n子問題 1：安娜有幾個？"
