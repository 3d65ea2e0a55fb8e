"""The letter of a multiple-choice question."""

import pytest

from promptkit.answers import AnswerType
from promptkit.answers.options.options import options
from promptkit.errors import UsageError

CHOICE = AnswerType("choice")
QUESTION = "Which of these is a fruit?\nA. A hammer\nB. A ripe pear\nC. None of the above\nD. Ice\n"


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ("B", "whole reply"),
        ("(B)", "whole reply"),
        ("a ripe pear", "whole reply"),
        ("B. A ripe pear", "whole reply"),
        ("B: it grows on a tree.\n\nThe others do not.", "opening letter"),
        ("Fruit grows.\n**B**", "final line"),
        ("The answer is (B).", "answer is"),
        ("The answer is **B. A ripe pear**.", "answer is"),
        ("The answer is:\n\nB. A ripe pear", "final line"),
        ("The answer is \\( \\text{B. A ripe pear} \\).", "answer is"),
        ("The answer is most likely option B, since it grows.", "answer is"),
        ("The answer is a ripe pear, since it grows.", "answer is"),
        ("Answer: b", "whole reply"),
        ("The most sensible choice is (B).", "answer is"),
        ('Thought: it grows.\nAction: Answer("[B]")', "answer call"),
        ('Answer("A ripe pear") because it grows', "answer call"),
        ("Finish[B] it is", "answer call"),
        ("It is $\\boxed{\\textbf{(B)} \\text{A ripe pear}}$ then.", "boxed"),
        ("It grows, so (B) is the best answer.", "option is best"),
        ("Looking at what grows, this is option B.", "is option"),
        ("What we are looking for is:\n\nB. A ripe pear\n\nIt grows.", "option after colon"),
        ("It grows, which leaves (B).", "last option named"),
        ("所以答案是 B。", "answer is"),
        ("故選B。", "answer is"),
        ("正確的選項是 (B)。", "answer is"),
        ("選項B是正確的。", "option is best"),
    ],
)
def test_a_letter_is_found_in_any_dress(reply, rule):
    found = CHOICE.find(reply, question=QUESTION)
    assert found is not None
    assert (found.key, found.rule) == ("B", rule)


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is (A) and (B).",
        "Answer: A or B",
        "Answer: both A and B",
        'Answer("[AB]")',
        'Answer("A, B")',
        'Action: Answer("A") or Answer("B")',
        "The answer is E.",
        'Answer("a pineapple")',
        "The answer is not listed among the options.",
        "The correct answer cannot be determined from the given options.",
        "The answer is not (B).",
        "A. A hammer\nB. A ripe pear\nC. None of",
        "I would like to know more about it.",
    ],
)
def test_a_hedge_an_invented_option_or_a_refusal_is_no_choice(reply):
    assert CHOICE.find(reply, question=QUESTION) is None


def test_a_capital_word_is_no_letter():
    found = CHOICE.find("The answer is A good one to think about. I think the answer is D.", question=QUESTION)
    assert found is not None
    assert found.key == "D"


def test_none_of_the_above_is_a_letter_where_the_question_offers_it():
    found = CHOICE.find("The answer is none of the above.", question=QUESTION)
    assert found is not None
    assert found.key == "C"
    assert CHOICE.find("The answer is none of the above.", question="A. Yes\nB. No") is None


def test_without_options_any_letter_will_do():
    found = CHOICE.find("The answer is (K).")
    assert found is not None
    assert CHOICE.is_correct(found, "K")


@pytest.mark.parametrize("target", ["B", "(B)", "B.", "a ripe pear"])
def test_a_target_may_be_the_letter_or_the_text(target):
    found = CHOICE.find("The answer is (B).", question=QUESTION)
    assert found is not None
    assert CHOICE.is_correct(found, target, question=QUESTION)


def test_a_target_that_is_no_option_is_refused():
    with pytest.raises(UsageError, match="'a pineapple' is not an option"):
        CHOICE.check_target("a pineapple", question=QUESTION)


@pytest.mark.parametrize(
    "question",
    [
        "Which?\nOptions: A. red\nB. blue\nC. green",
        "Which?\n(A) red\n(B) blue\n(C) green",
        "Which?\nChoices:\n  A: red\n  B: blue\n  C: green",
        "Which?\n- A) red\n- B) blue\n- C) green",
        "Which? (A) red (B) blue (C) green",
        "Which? A. red, B. blue, C. green",
        "I. is not an option\nA. old\nB. list\nWhich?\nA. red\nB. blue\nC. green",
    ],
)
def test_options_are_read_from_the_question(question):
    assert options(question) == {"A": "red", "B": "blue", "C": "green"}


def test_a_question_without_options_has_none():
    assert options("What did Vitamin A. Smith say?") == {}
