"""What of a reply is meant for its reader."""

import pytest

from promptkit.answers import AnswerType
from promptkit.answers.prose.reply import visible_text


@pytest.mark.parametrize(
    "reply",
    [
        "<think>5</think>7",
        "[THINK]5[/THINK]7",
        "<seed:think>5</seed:think>7",
        "◁think▷5◁/think▷7",
        "<|channel|>analysis<|message|>5<|end|><|start|>assistant<|channel|>final<|message|>7<|return|>",
        "analysisIs it 5? No.assistantfinal7",
    ],
)
def test_thinking_is_left_out_however_it_is_marked(reply):
    assert visible_text(reply).strip() == "7"


def test_a_channel_of_thinking_alone_has_no_answer():
    assert visible_text("<|channel|>analysis<|message|>The answer is 5.") == ""


@pytest.mark.parametrize("reply", ["<scratchpad>5</scratchpad>7", "[[5]]7"])
def test_other_marks_of_thinking_are_given_by_name_or_as_a_pair(reply):
    found = AnswerType("number", think_tags=("scratchpad", "[[...]]")).find(reply)
    assert found is not None
    assert found.key == "7"


def test_kind_exact_keeps_every_sign():
    exact = AnswerType("exact")
    found = exact.find("“１２”")
    assert found is not None
    assert exact.is_correct(found, "“１２”")
    assert not exact.is_correct(found, '"12"')
