"""Arithmetic that a model wrote is computed exactly, and can't do harm."""

import pytest

from promptkit.calculator import NoResult, as_text, run_program, wrong_sums


@pytest.mark.parametrize(
    ("program", "result"),
    [
        ("ans = 0.1 * 3", "0.3"),
        ("pens = 3 * 12\npens -= 5\nans = pens", "31"),
        ("x: int = 10\nans = x / 3", "3.33333333333"),
        ("import math\nfrom math import floor\nans = math.sqrt(2) ** 2 + math.floor(2.5)", "4"),
        ("'''The pens.'''\nans = 7 // 2 if 3 > 2 and not 1 > 2 else 7 % 2  # halves\nprint(ans)", "3"),
        ("ans = round(2.675, 2)", "2.68"),
        ("ans = max(min(4, 5), abs(-3), pow(2, 2), ceil(3.2), gcd(1200, 8) - 4, comb(4, 1), factorial(3))", "6"),
        ("ans = sqrt(1 / 4) + 4 ** 0.5", "2.5"),
        ("ans = -12345678901234567890 * 10", "-123456789012345678900"),
        ("ans = 1 / 8000000", "0.000000125"),
    ],
)
def test_a_program_of_assignments_is_computed_exactly(program, result):
    assert as_text(run_program(program)) == result


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("answer = 3", "leaves nothing in ans"),
        ("ans = 1 / 0", "divides by zero"),
        ("ans = pens", "'pens' is not defined"),
        ("ans = 3 +", "line 1: invalid syntax"),
        ("ans = 9 ** 9 ** 9", "too large"),
        ("a = 9 ** 999\nans = a * a * a", "too large"),
        ("ans = round(1, 10 ** 9)", "too large"),
        ("ans = factorial(10 ** 9)", "too large"),
        ("ans = (-8) ** 0.5", "root of a negative number"),
        ("ans = 1e999", "inf"),
        ("ans = 'a' * 3", "no number"),
        ("ans = True", "no number"),
        ("ans = [1, 2]", "List is not available"),
        ("ans = ().__class__.__bases__", "not available"),
        ("ans = __import__('os').system('true')", "not available|not defined"),
        ("ans = open(1)", "'open' not defined"),
        ("ans = abs", "string or a Rational"),
        ("import os\nans = 1", r"more than arithmetic \(Import\)"),
        ("while True:\n    ans = 1", r"more than arithmetic \(While\)"),
        ("def f():\n    return 1\nans = f()", r"more than arithmetic \(FunctionDef\)"),
        ("ans = " + "(" * 900 + "1" + ")" * 900, "nested|too many|recursion|MemoryError"),
        ("ans = " + "1+" * 3_900 + "1", "recursion"),
        ("ans = 1" + "\nans = 1" * 1_000, "more than 8,000 characters"),
    ],
)
def test_what_is_no_arithmetic_or_too_much_gives_no_result(program, why):
    with pytest.raises(NoResult, match=why):
        run_program(program)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("7 x 8 = 54", ["7 x 8 = 54 is wrong: it is 56"]),
        ("First 3 + 4 = 8, so 8 × 2 = 16.", ["3 + 4 = 8 is wrong: it is 7"]),
        ("$1,200 + $300 = $1,400", ["1,200 + 300 = 1,400 is wrong: it is 1500"]),
        ("5 * (2 + 1) = 15 and 10 / 3 = 3.33 and 2^3 = 8", []),
        ("5 + 3 = 8 + 2 = 10", []),  # the first is no statement of a result
        ("3 boxes x 12 = 36, 2 apples + 3 + 4 = 9", []),  # with words
        ("x + 4 = 9, 20% + 5 = 6, page 3-4, 1.5.2 + 1 = 3", []),
        ("1 / 0 = 5", []),
    ],
)
def test_wrong_sums_are_found_and_nothing_else(text, wrong):
    assert list(wrong_sums(text)) == wrong


def test_sums_are_looked_for_in_time_in_proportion():
    for text in ("1+" * 30_000, "((((1))))" * 10_000, "1 x " * 20_000, "9" * 60_000, "1 " * 50_000):
        assert not list(wrong_sums(text))
