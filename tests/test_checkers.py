"""Checks from outside: what they find in an answer."""

import pytest

from promptkit import AnswerType, UsageError
from promptkit.checkers import FollowsSchema, PassesTests, arithmetic, ready

AGE = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}


def test_arithmetic_names_the_wrong_sums_with_their_results():
    assert arithmetic("3 x 8 = 24, and 24 + 2 = 26.") is None
    assert arithmetic("3 x 8 = 25, and 25 + 2 = 28.") == "3 x 8 = 25 is wrong: it is 24; 25 + 2 = 28 is wrong: it is 27"


def test_a_schema_names_the_first_fault_with_its_place():
    check = FollowsSchema.of(AGE)
    assert check('Here: {"age": 7}') is None
    assert check('{"age": "seven"}') == "age: 'seven' is not of type 'integer'"
    assert check("no idea") == "there is no JSON in it"
    assert check == FollowsSchema.of(AGE)


def test_tests_name_the_error_and_its_line():
    check = PassesTests("assert add(1, 2) == 3, add(1, 2)")
    assert check("```python\ndef add(a, b):\n    return a + b\n```") is None
    assert check("```python\ndef add(a, b):\n    return a - b\n```") == "tests, line 1: AssertionError: -1"
    assert check("```python\nimport os\nos._exit(0)\n```") == "it did not come to the end of the tests"
    assert check("No code.") == "there is no Python code in it"


def test_a_specification_names_those_that_need_nothing_but_the_task():
    assert ready("arithmetic", AnswerType("number")) is arithmetic
    assert ready("schema", AnswerType("json", schema=AGE)) == FollowsSchema.of(AGE)
    with pytest.raises(UsageError, match="the task's answers have no schema"):
        ready("schema", AnswerType("number"))
    with pytest.raises(UsageError, match="give arithmetic, schema, or the path"):
        ready("spelling", AnswerType("number"))
