"""One of a few labels."""

import pytest

from promptkit.answers import AnswerType
from promptkit.errors import UsageError

YES_NO = AnswerType("label", ("yes", "no"))
VALID = AnswerType("label", ("valid", "invalid"))
TRUE = AnswerType("label", ("True", "False"))


@pytest.mark.parametrize(
    ("reply", "label", "rule"),
    [
        ("Yes.", "yes", "whole reply"),
        ("No, it is not. Trains run on rails.", "no", "opening word"),
        ("Trains run on rails.\n\nNo, they do not.", "no", "opening word"),
        ("So the answer is yes, but only on Sundays.", "yes", "answer is"),
        ("The answer is most likely no.", "no", "answer is"),
        ("The answer is no because rails are made of steel.", "no", "answer is"),
        ("Finish[No, a train is]", "no", "answer call"),
        ("Final answer: Do trains run on rails?\nYes, trains run on rails.", "yes", "answer section"),
        ("According to the timetable, yes.", "yes", "last label"),
        ("答案：no", "no", "answer is"),
        ("So the statement is not plausible.", "no", "implied"),
        ("Therefore, the statement is plausible.", "yes", "implied"),
    ],
)
def test_yes_and_no_are_found(reply, label, rule):
    found = YES_NO.find(reply)
    assert found is not None
    assert (found.value, found.rule) == (label, rule)


@pytest.mark.parametrize(
    "reply",
    [
        "The answer is not known.",
        "The answer is unclear.",
        "There is no evidence for it.",
        "The answer is no longer of interest.",
        "The answer is yes and no.",
        "The answer is not necessarily yes or no.",
        "So the answer is maybe, as it depends on the weather.",
        "It cannot be determined whether trains run.",
        "Nobody knows the north.",
    ],
)
def test_not_known_is_not_no_and_both_is_neither(reply):
    assert YES_NO.find(reply) is None


def test_a_question_said_again_answers_it():
    question = "Would a snail be a match for a hare?"
    found = YES_NO.find("A hare runs. So a snail would not be a match for it.", question=question)
    assert found is not None
    assert (found.value, found.explicit) == ("no", False)
    assert YES_NO.find("A hare eats clover.", question=question) is None


@pytest.mark.parametrize(
    ("reply", "label"),
    [
        ("So the argument is invalid.", "invalid"),
        ("So the argument is valid.", "valid"),
        ("The argument is not valid.", "invalid"),
        ("The answer is invalid, as it is not deductively valid.", "invalid"),
    ],
)
def test_a_label_is_a_whole_word_and_not_turns_it(reply, label):
    found = VALID.find(reply)
    assert found is not None
    assert found.value == label


def test_a_label_is_given_back_as_the_task_spells_it():
    found = TRUE.find("the answer is TRUE")
    assert found is not None
    assert (found.value, found.text) == ("True", "TRUE")
    assert TRUE.is_correct(found, "true")


def test_labels_in_chinese_are_found():
    kind = AnswerType("label", ("正確", "錯誤"))
    found = kind.find("答案是「錯誤」。")
    assert found is not None
    assert found.value == "錯誤"
    turned = kind.find("這句話不正確。")
    assert turned is not None
    assert turned.value == "錯誤"


def test_a_label_may_be_what_would_else_be_a_refusal():
    kind = AnswerType("label", ("supported", "refuted", "unknown"))
    found = kind.find("The answer is unknown.")
    assert found is not None
    assert found.value == "unknown"


def test_a_target_that_is_no_label_is_refused():
    with pytest.raises(UsageError, match="'maybe' is not one of the labels yes, no"):
        YES_NO.check_target("maybe")
