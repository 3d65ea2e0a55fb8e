"""Targets that stand for several answers, or for all that are near enough."""

import pytest

from promptkit import AnswerType, UsageError
from promptkit.answers.targets import any_of, each_target, with_tolerance


def is_correct(kind, reply, target, **options):
    answer = AnswerType(kind, **options)
    answer.check_target(target)
    return answer.is_correct(answer.find(reply), target)


@pytest.mark.parametrize(("reply", "right"), [("Shakespeare", True), ("William Shakespeare", True), ("Marlowe", False)])
def test_any_of_several_targets_is_right(reply, right):
    target = any_of(["Shakespeare", "William Shakespeare"])
    assert target == '{"any of": ["Shakespeare", "William Shakespeare"]}'
    assert is_correct("text", f"The answer is {reply}.", target) is right


def test_several_targets_may_be_of_any_kind():
    assert is_correct("number", "8", any_of(["7", "8"]))
    assert is_correct("choice", "B", any_of(["A", "B"]))
    assert is_correct("label", "no", any_of(["no", "never"]), labels=("yes", "no", "never"))


def test_one_target_is_itself_however_often_it_is_given():
    assert any_of(["4", "4"]) == "4"
    assert each_target("4") == ("4",)


def test_what_only_looks_like_several_targets_is_one():
    for text in ('{"any of": [', '{"any of": [1]}', '{"any of": []}'):
        assert each_target(text) == (text,)


def test_each_of_several_targets_is_checked():
    with pytest.raises(UsageError, match="'many' is not a number"):
        AnswerType("number").check_target(any_of(["7", "many"]))


@pytest.mark.parametrize(
    ("target", "tolerance", "reply", "right"),
    [
        ("3.14", "0.01", "3.15", True),
        ("3.14", "0.01", "3.1501", False),
        ("3.14", "0.01", "3.13", True),
        ("200", "1%", "202", True),
        ("200", "1%", "202.1", False),
        ("-200", "1%", "-198", True),
        ("50%", "0.5", "50.5%", True),
        ("0", "1e-6", "0.000001", True),
        ("1,000", "0", "1000", True),
    ],
)
def test_a_number_within_its_tolerance_is_right(target, tolerance, reply, right):
    assert is_correct("number", reply, with_tolerance(target, tolerance)) is right


@pytest.mark.parametrize("tolerance", ["", "about 1", "-1", "1 km", "%", "0.1 0.2"])
def test_a_tolerance_that_is_none_is_refused(tolerance):
    with pytest.raises(UsageError, match=r"`tolerance` is a number, such as 0\.01, or a share"):
        with_tolerance("4", tolerance)
