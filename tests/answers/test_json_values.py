"""JSON values."""

from decimal import Decimal

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError

JSON = AnswerType("json")


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ('{"a": [1, 2.5]}', "whole reply"),
        ('Here it is:\n```json\n{"a": [1, 2.5]}\n```\nDone.', "fenced block"),
        ('First ```\n{"a": 0}\n```, better:\n```\n{"a": [1, 2.5]}\n```', "fenced block"),
        ('Not {"a": 0} but {"a": [1, 2.5]}, I think.', "last json"),
        ('An unclosed { bracket and a 5" ruler\nbefore {"a": [1, 2.5]}.', "last json"),
    ],
)
def test_a_value_is_found_in_any_surroundings(reply, rule):
    found = JSON.find(reply)
    assert found is not None
    assert (found.value, found.rule) == ({"a": [1, Decimal("2.5")]}, rule)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}'),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("0.10", "0.1"),
        ('"\\u00e9"', '"é"'),
    ],
)
def test_equal_values_have_equal_keys(one, other):
    found = JSON.find(one)
    assert found is not None
    assert JSON.is_correct(found, other)


@pytest.mark.parametrize(("one", "other"), [("1", '"1"'), ("true", "1"), ("[1, 2]", "[2, 1]"), ("0.1", "0.10000001")])
def test_different_values_have_different_keys(one, other):
    found = JSON.find(one)
    assert found is not None
    assert not JSON.is_correct(found, other)


@pytest.mark.parametrize("reply", ["NaN", "[1, 2", "no value", "[1, Infinity]", "[" * 9000 + "]" * 9000, "1" * 5000])
def test_what_is_not_json_is_no_answer(reply):
    assert JSON.find(reply) is None


def test_a_huge_power_of_ten_is_never_written_out():
    found = JSON.find('{"a": 1e999999999}')
    assert found is not None
    assert found.key == '{"a":1e999999999}'


def test_a_target_that_is_not_json_is_refused():
    with pytest.raises(UsageError, match="is not JSON"):
        JSON.check_target("{a}")
