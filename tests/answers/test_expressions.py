"""Arithmetic expressions from given numbers."""

from fractions import Fraction

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError

EXPRESSION = AnswerType("expression")


@pytest.mark.parametrize(
    "reply",
    [
        "8 * (7 - 4) * 1",
        "8 * (7 - 4) * 1 = 24",
        "Steps:\n7 - 4 = 3 (left: 1 3 8)\n8 * 3 = 24 (left: 1 24)\nAnswer: 8 * (7 - 4) * 1 = 24",
        "\\boxed{8 \\times (7 - 4) \\times 1}",
        "The answer is 24 = 8 × (7 − 4) × 1.",
        "答案：8 * (7 - 4) * 1 = 24",
    ],
)
def test_an_expression_that_uses_each_number_once_and_hits_the_goal_is_correct(reply):
    found = EXPRESSION.find(reply)
    assert found is not None
    assert found.value == Fraction(24)
    for question in ("1 4 7 8", "Use 1, 4, 7 and 8 once each to make 24."):
        assert EXPRESSION.is_correct(found, "24", question=question)


@pytest.mark.parametrize(
    "reply",
    [
        "8 * (7 - 4) = 24",
        "8 * (7 - 4) * 1 * 1 = 24",
        "8 + 7 + 4 + 1 = 24",
        "24 * 1 * (8 - 7) * 4 / 4",
        "8 * 3 = 24",
    ],
)
def test_what_it_is_claimed_to_equal_is_not_believed(reply):
    found = EXPRESSION.find(reply)
    assert found is not None
    assert not EXPRESSION.is_correct(found, "24", question="1 4 7 8")


def test_a_fraction_on_the_way_is_exact():
    found = EXPRESSION.find("8 / (3 - 8 / 3)")
    assert found is not None
    assert EXPRESSION.is_correct(found, "24", question="3 3 8 8")


def test_needless_parentheses_do_not_change_the_key():
    one, other = EXPRESSION.find("(2 * 3) + 4"), EXPRESSION.find("2*3+4")
    assert one is not None
    assert other is not None
    assert one.key == other.key


@pytest.mark.parametrize(
    "reply",
    ["There is no solution.", "Answer: None", "2 ** 3", "1 / 0", "7", "(1 + 2", "print(24)", "9" * 300 + " + 1"],
)
def test_what_is_no_arithmetic_is_no_answer(reply):
    assert EXPRESSION.find(reply) is None


def test_a_target_without_its_number_is_refused():
    with pytest.raises(UsageError, match="does not begin with the number"):
        EXPRESSION.check_target("twenty-four")
