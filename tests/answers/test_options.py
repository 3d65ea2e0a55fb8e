"""Options labelled otherwise than with capitals, and questions with several right ones."""

import pytest

from promptkit.answers import AnswerType
from promptkit.answers.options.options import options
from promptkit.errors import UsageError

CHOICE = AnswerType("choice")


@pytest.mark.parametrize(
    ("question", "reply", "key"),
    [
        ("Pick.\n1. red\n2. blue", "The answer is 2.", "2"),
        ("Options:\n1: red\n2: blue\n\nExplain.", "Option 2", "2"),
        ("Options:\n(i) red\n(ii) blue", "(ii)", "ii"),
        ("Pick:\na) red\nb) blue", "The answer is b.", "B"),
        ("Что?\nА) красный\nБ) синий", "Правильный ответ: Б) синий.", "Б"),
        ("哪个?\n① 红\n② 蓝", "答案：②", "②"),
    ],
)
def test_a_label_of_another_sort_is_found(question, reply, key):
    found = CHOICE.find(reply, question=question)
    assert found is not None
    assert found.key == key


def test_options_go_on_beyond_z():
    letters = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "AA", "AB"]
    question = "Which?\n" + "\n".join(f"{letter}. option {n}" for n, letter in enumerate(letters))
    assert list(options(question)) == letters
    found = CHOICE.find("The answer is AB.", question=question)
    assert found is not None
    assert found.key == "AB"


def test_a_list_of_numbered_statements_inside_a_question_is_not_its_options():
    assert options("1. Snow is white.\n2. Grass is red.\nWhich of these are true?") == {}


def test_several_right_options_are_one_answer_where_the_question_asks_for_them():
    question = "Select all that apply.\nA. 2\nB. 3\nC. 4"
    found = CHOICE.find("The correct answers are A and B.", question=question)
    assert found is not None
    assert CHOICE.is_correct(found, "AB", question=question)
    assert not CHOICE.is_correct(found, "A", question=question)


@pytest.mark.parametrize(
    "reply",
    [
        "- A: red ❌\n- B: blue ✅\n- C: green ❌",
        "**B. blue**\n\nWhy not the others:\n* Option A: red is exciting.",
        "A is wrong because red is exciting. C is neutral. That leaves blue.",
        "Let's look at each option:\n\nA. red is exciting.\n\nB. blue is calm.\n\nSo (B) fits best.",
        "A錯，C錯，因此只有B正確。",
        '{"reasoning": "calm", "answer": "B"}',
        "**Answer: B**\n\nIndeed $\\boxed{a \\ll b}$.",
        "The answer is B. (Put it within \\boxed{}.)",
        "La respuesta correcta es la opción B.",
    ],
)
def test_the_option_affirmed_is_told_from_those_discussed(reply):
    found = CHOICE.find(reply, question="Which is calm?\nA. red\nB. blue\nC. green")
    assert found is not None
    assert found.key == "B"


@pytest.mark.parametrize(
    "reply",
    [
        "Let's look at each option:\n\nA. red is exciting.",
        "A. red: exciting\nB. blue: calm\nC. gre",
        "Both A and B are plausible.",
        "None of the options is right. C comes closest to nothing.",
        "The answer is (A) blue.",
    ],
)
def test_a_list_a_hedge_or_a_contradiction_is_no_choice(reply):
    assert CHOICE.find(reply, question="Which is calm?\nA. red\nB. blue\nC. green") is None


def test_options_after_other_letters_are_known_by_a_b_c_too():
    question = "ما هي عاصمة فرنسا؟ أ) لندن ب) باريس ج) روما د) مدريد"
    answer = CHOICE.find("الإجابة: B", question=question)
    assert answer is not None
    assert CHOICE.is_correct(answer, "B", question=question)
    assert CHOICE.is_correct(answer, "ب", question=question)
    assert not CHOICE.is_correct(answer, "C", question=question)
    with pytest.raises(UsageError):
        CHOICE.check_target("Z", question=question)


def test_a_formula_is_the_option_of_the_same_form():
    question = "If f(x) = ln(3x^2), then f'(x) equals\nA) 1/(3x^2)\nB) 6x\nC) 6/x\nD) 2/x"
    answer = CHOICE.find(r"Simplify: \[ f'(x) = \frac{6x}{3x^2} = \frac{2}{x} \]", question=question)
    assert answer is not None
    assert answer.key == "D"
