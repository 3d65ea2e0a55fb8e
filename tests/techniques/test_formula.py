import pytest

from promptkit import UsageError
from promptkit.techniques.formula import evaluate, names_in


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1", 1),
        ("1 + n + 1", 5),
        ("min(n, 2) * max(draws, 1, 4) - 1", 9),
        ("draws // 2 + 7 / 2", 5.5),
        ("-(2 ** n)", -8),
    ],
)
def test_arithmetic_on_names_has_its_value(formula, value):
    assert evaluate(formula, {"n": 3, "draws": 5}) == value


@pytest.mark.parametrize(
    "formula", ["__import__('os')", "n.real", "[1][0]", "max(1)", "n if n else 1", "True", "'a'", "9 ** 9 ** 9", "1 +"]
)
def test_anything_else_is_refused(formula):
    with pytest.raises(UsageError, match="formula"):
        evaluate(formula, {"n": 3})


def test_a_name_without_a_value_is_named():
    with pytest.raises(UsageError, match="rounds, which has no value; known are n"):
        evaluate("1 + rounds", {"n": 1})


def test_division_by_zero_is_an_error_of_ours():
    with pytest.raises(UsageError, match="divides by zero"):
        evaluate("1 / n", {"n": 0})


def test_the_names_of_a_formula_are_those_without_a_value_of_their_own():
    assert names_in("1 + max(n, 2) * rounds") == {"n", "rounds"}
