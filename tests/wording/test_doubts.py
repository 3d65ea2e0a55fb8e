import pytest

from promptkit import Templates
from promptkit.wording.doubts import template_doubts


@pytest.fixture
def doubts(tmp_path):
    """What is doubted in a folder of these templates."""

    def found(**templates):
        for name, text in templates.items():
            path = tmp_path / f"{name.replace('__', '/')}.j2"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        return [doubt.replace(f"{tmp_path}/", "") for doubt in template_doubts(Templates((tmp_path,)))]

    return found


def test_an_override_that_never_shows_the_question_is_doubted(doubts):
    assert doubts(chain_of_thought__think="Think hard.") == [
        "the template chain_of_thought/think.j2 never shows `question`; write {{ question }} where it belongs"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{{ question }} Think hard.",
        "{% extends 'promptkit/chain_of_thought/think.j2' %}",
        "{% include 'mine.j2' %}",
        "{% set name = 'mine.j2' %}{% include name %}",
        "{# a mistake #} {{",
    ],
    ids=["shown", "extended", "included", "included by a variable", "broken"],
)
def test_one_that_shows_it_or_may_show_it_is_not(doubts, text):
    assert doubts(chain_of_thought__think=text, mine="{{ question }}") == []


def test_a_misspelt_override_is_doubted_with_the_name_that_was_meant(doubts):
    assert doubts(chain_of_though__think="{{ question }}") == [
        "the template chain_of_though/think.j2 is used by no strategy of promptkit; "
        "did you mean chain_of_thought/think?"
    ]


def test_templates_of_strategies_of_ones_own_are_not_doubted(doubts):
    assert doubts(my_strategy__ask="Hello.", chain_of_thought__draft="A part.") == []


def test_the_shipped_templates_are_not_doubted():
    assert list(template_doubts(Templates())) == []
