"""The kinds whose target is more than one text, or says how the whole reply is looked at."""

import importlib.util
import sys

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import NotGraded, UsageError


def right(kind: str, reply: str, target: str, **options: bool) -> bool | None:
    """Whether the reply is right; `None` where it has no answer."""
    answer = AnswerType(kind, **options)
    answer.check_target(target)
    found = answer.find(reply)
    return None if found is None else answer.is_correct(found, target)


@pytest.mark.parametrize(
    ("reply", "target", "expected"),
    [
        ("It was  Marie\nCURIE, of course.", "marie curie", True),
        ("I know.", "no", False),
        ("No!", "no", True),
        ("答案是东京。", "东京", True),
        ("It costs $5.00", "$5", True),
        ("It costs $500", "$5", False),
        ("<think>Paris</think> Rome", "Paris", False),
        ("", "Paris", None),
    ],
)
def test_contains_looks_for_whole_words_in_any_case(reply, target, expected):
    assert right("contains", reply, target) is expected


@pytest.mark.parametrize(
    ("reply", "target", "expected"),
    [
        ("Ticket AB-123 is open", r"\b[A-Z]{2}-\d{3}\b", True),
        ("ticket ab-123", r"[A-Z]{2}-\d{3}", False),
        ("ticket ab-123", r"(?i)[A-Z]{2}-\d{3}", True),
    ],
)
def test_a_pattern_may_match_anywhere(reply, target, expected):
    assert right("regex", reply, target) is expected


@pytest.mark.parametrize("pattern", ["(", "[z-a]", "", "a*", "x" * 3000])
def test_a_target_that_is_no_useful_pattern_is_refused(pattern):
    with pytest.raises(UsageError):
        AnswerType("regex").check_target(pattern)


def test_a_pattern_that_explodes_is_not_graded_and_does_not_hang():
    with pytest.raises(NotGraded, match=r"'\(a\|aa\)\+\$' could not be tried"):
        right("regex", "a" * 60 + "b", "(a|aa)+$")
    assert right("regex", "a" * 60, "(a|aa)+$")


@pytest.mark.parametrize("target", ["Holland | The Netherlands", '["Holland", "The Netherlands"]'])
def test_one_of_is_right_with_each_of_its_texts(target):
    assert right("one_of", "The answer is the Netherlands.", target)
    assert right("one_of", "The answer is Holland.", target)
    assert right("one_of", "The answer is Belgium.", target) is False


@pytest.mark.parametrize("target", ["Holland |", "[]", "[[1]]", " "])
def test_one_of_nothing_is_refused(target):
    with pytest.raises(UsageError):
        AnswerType("one_of").check_target(target)


REPLIES = [
    "red, green, blue",
    "The answer is red, green and blue.",
    "Let me think: red has the longest wave.\n\n1. Red\n2. Green\n3. Blue",
    "Sorted by wavelength:\n- **red**\n- **green**\n- **blue**\n\nLet me know if you need more!",
    '```json\n["red", "green", "blue"]\n```',
    '{"answer": ["red", "green", "blue"]}',
    "red -> green -> blue",
    "The colours, sorted, are red, green, and blue.",
    "red; green; blue",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_a_list_is_read_in_every_form(reply):
    assert right("list", reply, "red, green, blue")
    assert right("list", reply, "blue, green, red") is False
    assert right("set", reply, "blue, green, red")
    assert right("set", reply, "blue, green") is False


def test_items_are_compared_by_value():
    assert right("list", "1.0, 02, the Moon", '[1, 2, "moon"]')


@pytest.mark.parametrize("reply", ["I don't know.", "There are many colours, and it depends on what you mean by them."])
def test_prose_is_no_list(reply):
    assert not right("list", reply, "red, green")


def test_votes_for_a_set_do_not_depend_on_its_order():
    kind = AnswerType("set")
    first, second = (kind.find(reply) for reply in ("red, blue", "blue, red"))
    assert first.key == second.key


ADD = "```python\ndef add(a, b):\n    return a + b\n```"
TESTS = "assert add(1, 2) == 3"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limits for processes")
@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (f"Here it is:\n{ADD}\nUse it so:\n```python\nprint(add(1, 2))\n```", True),
        ("def add(a, b):\n    return a + b", True),
        ("```python\ndef add(a, b):\n    return a - b\n```", False),
        ("```python\nimport sys\nsys.exit(0)\n```", False),
        ("I can't write code.", None),
    ],
)
def test_code_is_right_when_its_tests_pass(reply, expected):
    assert right("code", reply, TESTS, allow_code=True) is expected


def test_code_is_not_run_unless_allowed():
    with pytest.raises(UsageError, match="allow it by `allow_code`"):
        right("code", ADD, TESTS)


def test_tests_that_are_not_python_are_refused_without_being_run():
    with pytest.raises(UsageError, match=r"not Python: .*line 1"):
        AnswerType("code").check_target("assert add(1, 2 == 3")
    AnswerType("code").check_target("raise SystemExit")


needs_math = pytest.mark.skipif(not importlib.util.find_spec("math_verify"), reason="math-verify is not installed")


@needs_math
@pytest.mark.parametrize(
    ("reply", "target", "expected"),
    [
        (r"So the answer is $\boxed{\frac{2}{4}}$.", r"\frac{1}{2}", True),
        ("The answer is $x^2+2x+1$.", "(x+1)^2", True),
        ("The answer is 0.25", "1/4", True),
        (r"The solutions are $\{1, 2\}$.", r"\{2, 1\}", True),
        (r"\boxed{7}", "8", False),
        ("I have no idea.", "8", None),
    ],
)
def test_expressions_are_equal_by_algebra(reply, target, expected):
    assert right("math", reply, target) is expected


@needs_math
def test_a_target_that_is_no_expression_is_refused():
    with pytest.raises(UsageError, match="is not an expression"):
        AnswerType("math").check_target("???")
