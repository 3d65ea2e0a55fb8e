"""Numbers in any notation."""

from fractions import Fraction

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError

NUMBER = AnswerType("number")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1234", 1234),
        ("1,234", 1234),
        ("$1,234.00", 1234),
        ("\\$1{,}234", 1234),
        ("1\\,234", 1234),
        ("1\u2009234", 1234),
        ("-7", -7),
        ("−7", -7),
        ("-$7", -7),
        ("２５", 25),
        ("2.50", Fraction(5, 2)),
        (".5", Fraction(1, 2)),
        ("1/3", Fraction(1, 3)),
        ("2 1/2", Fraction(5, 2)),
        ("\\frac{2}{6}", Fraction(1, 3)),
        ("3\\dfrac{1}{4}", Fraction(13, 4)),
        ("50%", 50),
        ("50 percent", 50),
        ("30 km", 30),
        ("€12", 12),
        ("1e3", 1000),
        ("6 × 10^3", 6000),
        ("2^{10}", 1024),
        ("3 million", 3_000_000),
        ("twelve", 12),
        ("Forty-two", 42),
        ("nine hundred and ninety-nine", 999),
        ("two thousand three hundred", 2300),
    ],
)
def test_a_number_is_read_exactly_however_it_is_written(written, value):
    found = NUMBER.find(f"Let me see. The answer is {written}.")
    assert found is not None
    assert (found.value, found.key) == (Fraction(value), str(Fraction(value)))


@pytest.mark.parametrize(
    ("reply", "key", "rule"),
    [
        ("12", "12", "whole reply"),
        ("12 apples.", "12", "whole reply"),
        ("First 5, then 7.\n\n**12**", "12", "final line"),
        ("5 and 7 make twelve.\n#### 12", "12", "hashes"),
        ("So we get \\boxed{\\text{12}} in all.", "12", "boxed"),
        ("<answer>12</answer>", "12", "answer tag"),
        ("**Final answer:** 12 apples", "12", "answer is"),
        ("The answer, in dollars, is:\n\n$$\n12\n$$", "12", "answer is"),
        ("The answer to the second question would be 7 + 5 = 12.", "12", "answer is"),
        ("The answer is 12 (that is, 3 * 4 = 12, and 9 is left).", "12", "answer is"),
        ("The answer is 12 because x = 3.", "12", "answer is"),
        ("Final answer: How many are left?\nOf 20 she ate 8, so 20 - 8 = 12 are left.", "12", "answer section"),
        ("答案是 12。", "12", "answer is"),
        ("所以答案：12個", "12", "answer is"),
        ("La respuesta es 12.", "12", "answer is"),
        ("She pays 7 + 5 = 12 dollars.", "12", "last number"),
        ("他一共有12個蘋果。", "12", "last number"),
    ],
)
def test_the_place_of_a_number_is_told(reply, key, rule):
    found = NUMBER.find(reply)
    assert found is not None
    assert (found.key, found.rule) == (key, rule)


def test_where_nothing_is_announced_a_number_that_the_question_gave_is_passed_over():
    found = NUMBER.find(
        "They earn $152 with the 2 shirts.", question="Each of the 2 shirts costs $76. What do they earn?"
    )
    assert found is not None
    assert (found.key, found.explicit) == ("152", False)


def test_a_remark_in_parentheses_is_no_conclusion():
    found = NUMBER.find("The lake is 208 feet deep (16 x 13).")
    assert found is not None
    assert found.key == "208"


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is 12 or 13.",
        "The answer is between 3 and 5.",
        "The answer is 3-5.",
        "The answer cannot be determined.",
        "The answer depends on how many of the 5 apples are ripe.",
        "There are 5 apples, but there is not enough information to say more.",
        "There must be an error in the question with its 7 days.",
        "1 + 2 = 3, 3 + 4 = 7, 7 + 5 =",
        "The answer is 1/0.",
        "There are no digits here.",
        "",
    ],
)
def test_a_hedge_a_refusal_or_a_broken_off_sum_is_no_number(reply):
    assert NUMBER.find(reply) is None


def test_one_value_in_two_notations_is_no_hedge():
    found = NUMBER.find("The answer is 1/4 or 0.25.")
    assert found is not None
    assert found.key == "1/4"


def test_a_number_too_long_to_be_meant_is_no_answer():
    assert NUMBER.find("The answer is " + "7" * 5000) is None


def test_a_sign_and_a_fraction_of_a_number_count():
    found = NUMBER.find("The answer is -2.5.")
    assert found is not None
    assert NUMBER.is_correct(found, "-5/2")
    assert not NUMBER.is_correct(found, "2.5")
    assert not NUMBER.is_correct(found, "-2")


@pytest.mark.parametrize(
    ("target", "value"), [("0,125", "0.125"), ("-0,500", "-0.5"), ("0,12", "0.12"), ("1,125", "1125")]
)
def test_a_comma_behind_a_zero_is_the_decimal_mark_of_a_target(target, value):
    number = AnswerType("number")
    number.check_target(target)
    assert number.is_correct(number.find(f"The answer is {value}."), target)


def test_a_target_that_is_no_number_is_refused():
    with pytest.raises(UsageError, match="'some' is not a number"):
        NUMBER.check_target("some")
