"""What all kinds of answer have in common."""

import pytest

from promptkit.answers import AnswerType
from promptkit.answers.prose.reply import visible_text
from promptkit.errors import PromptkitError, UsageError

NUMBER = AnswerType("number")


def key(reply: str, *, strict: bool = False) -> str | None:
    found = NUMBER.find(reply, strict=strict)
    return found.key if found else None


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is 5. Wait, I forgot two: the answer is 7.",
        "Answer: 5\nLet me check that. The correct answer should be 7.",
        "\\boxed{5} is wrong; it is \\boxed{7}.",
        "Answer: 5\n\n7",
        "The answer is 7.\nThis answer is what we wanted.",
    ],
)
def test_the_last_explicit_answer_counts(reply):
    assert key(reply) == "7"


def test_an_announced_answer_is_worth_more_than_a_later_number():
    assert key("The answer is 7. It took me 30 seconds to find it.") == "7"


def test_a_refusal_that_is_taken_back_does_not_count():
    assert key("The answer depends on the weather.\nIf the sun shines, it would take 9 days.") == "9"


@pytest.mark.parametrize(
    "reply",
    [
        "<think>The answer is 5.</think>The answer is 7.",
        "<thinking>\nThe answer is 5.\n</thinking>\n7",
        "<reasoning>5</reasoning> 7",
        "The answer is 5, no.</think>\n\n7",
        "<think>5</think>7<think>The answer is 5",
    ],
)
def test_thinking_is_not_read(reply):
    assert key(reply) == "7"


def test_a_reply_of_thinking_alone_has_no_answer():
    assert key("<think>The answer is 7. But let me see") is None


def test_typographic_signs_become_plain():
    assert visible_text("“１２”，　−３\u00a0【Ａ】") == '"12", -3 [A]'


def test_a_strict_search_takes_no_guess():
    assert key("She has 7 apples in the end.") == "7"
    assert key("She has 7 apples in the end.", strict=True) is None
    assert key("The answer is 7.", strict=True) == "7"


def test_exact_is_the_whole_reply_to_the_letter():
    exact = AnswerType("exact")
    found = exact.find("<think>hm</think>\n Red, green.\n")
    assert found is not None
    assert exact.is_correct(found, "Red, green.")
    assert not exact.is_correct(found, "red, green.")
    assert not exact.is_correct(found, "Red, green")


@pytest.mark.parametrize("labels", [(), ("yes",), ("yes", "Yes")])
def test_kind_label_needs_two_different_labels(labels):
    with pytest.raises(UsageError, match="two or more different labels"):
        AnswerType("label", labels)


def test_only_kind_label_takes_labels():
    with pytest.raises(UsageError, match="takes no labels"):
        AnswerType("number", ("yes", "no"))


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="unknown answer type 'integer'; answer types are number, choice"):
        AnswerType("integer")


@pytest.mark.parametrize("kind", ["number", "choice", "date", "json", "expression"])
def test_a_bad_target_is_an_error_of_ours(kind):
    with pytest.raises(PromptkitError):
        AnswerType(kind).check_target("?!")
