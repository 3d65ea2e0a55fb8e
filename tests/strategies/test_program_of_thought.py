"""The model writes the sum, the computer does it."""

import sys

import pytest

from promptkit import ProgramOfThought, Prompt, Templates, UsageError, run
from tests.players import Player

QUESTION = Prompt.of("Anna has 3 boxes of 12 pens.\nFinish with a number.").with_form("Finish with a number.")
PROGRAM = "Let me see:\n```python\nboxes = 3\npens_each = 12\nans = boxes * pens_each\n```"


def test_the_result_of_the_program_is_stated_and_the_reply_is_its_step():
    model = Player([PROGRAM])
    answer = run(ProgramOfThought(model), QUESTION)
    assert answer.text == "The answer is 36."
    assert answer.steps[0].text == PROGRAM
    assert answer.note == ""
    assert "Finish with a number." not in model.asked[0].question
    assert model.asked[0].form == ""


def test_the_result_is_stated_in_the_language_of_the_templates():
    assert run(ProgramOfThought(Player([PROGRAM]), templates=Templates(variant="zh-Hant")), "?").text == "答案是 36。"


@pytest.mark.parametrize(
    ("reply", "fallback", "note"),
    [
        ("The answer is 36.", "kept the reply as it is: there is no program in it", "no program in the reply"),
        ("```python\nans = pens\n```", "kept the reply as it is: its program gave no result", "'pens' is not defined"),
        ("```python\nx = 36\n```", "kept the reply as it is: its program gave no result", "leaves nothing in ans"),
        ("```python\nimport os\n```", "kept the reply as it is: its program gave no result", "more than arithmetic"),
    ],
)
def test_a_reply_without_a_result_comes_back_as_it_is_and_is_reported(reply, fallback, note):
    answer = run(ProgramOfThought(Player([reply])), QUESTION)
    assert answer.text == reply
    assert answer.all_fallbacks() == (fallback,)
    assert note in answer.note


def test_without_its_package_it_is_refused_before_anything_is_sent(monkeypatch):
    monkeypatch.setitem(sys.modules, "simpleeval", None)
    with pytest.raises(UsageError, match=r"pip install 'promptkit-lab\[calc\]'"):
        ProgramOfThought(Player())
