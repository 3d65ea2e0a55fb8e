"""Answer extraction: the second call."""

import pytest

from promptkit import AnswerType, ExtractAnswer, Prompt, run
from promptkit.specs import build
from promptkit.strategies.extract_answer import NOTHING_EXTRACTED
from promptkit.task_context import TaskContext
from promptkit.types import ASIDE_TOKENS
from tests.players import Player

NUMBER = AnswerType("number")
ASKED = Prompt.of("2 + 3?", max_tokens=4).with_form("Answer with only the number.")


def test_the_answer_is_asked_for_behind_the_reasoning():
    model = Player(["<think>Hm.</think>2 and 3 are 5.", "5"])
    assert run(ExtractAnswer(model, answer=NUMBER), ASKED).text == "5"
    reasoning, extraction = model.asked
    assert reasoning.question == "2 + 3?"
    assert [m.text for m in extraction.messages] == [
        "2 + 3?",
        "2 and 3 are 5.",
        "Therefore, the answer (arabic numerals) is\nAnswer with only the number.",
    ]


def test_the_limits_of_the_answer_are_not_those_of_the_reasoning():
    model = Player(["2 and 3 are 5.", "5"])
    run(ExtractAnswer(model), ASKED)
    assert [prompt.max_tokens for prompt in model.asked] == [ASIDE_TOKENS, 4]


def test_a_reply_that_is_begun_reads_as_an_announced_answer():
    model = Player(["2 and 3 are 5.", " 5."])
    answer = run(ExtractAnswer(model, answer=NUMBER, begin=True), "2 + 3?")
    assert model.asked[1].messages[-1].role == "assistant"
    assert model.asked[1].messages[-1].text == "2 and 3 are 5.\nTherefore, the answer (arabic numerals) is"
    assert answer.text == "Therefore, the answer (arabic numerals) is 5."
    assert NUMBER.find(answer.text, strict=True).value == 5


def test_what_stands_inside_reasons_and_does_not_extract():
    model = Player(["5 it is.", "5"])
    run(build("cot+extract", model, TaskContext(NUMBER)), ASKED)
    assert "step by step" in model.asked[0].question
    assert not any("step by step" in message.text for message in model.asked[1].messages)


@pytest.mark.parametrize("reply", ["", "  ", "<think>Hm"])
def test_where_no_answer_comes_back_the_reasoning_is_kept(reply):
    answer = run(ExtractAnswer(Player(["It is 5.", reply])), ASKED)
    assert answer.text == "It is 5."
    assert answer.fallbacks == (NOTHING_EXTRACTED,)
