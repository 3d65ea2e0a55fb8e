"""The places that announce an answer are tried with the forms that can begin there, the last ones first."""

import pytest

from promptkit.answers.labels.labels import LabelReader
from promptkit.answers.numbers.numbers import NumberReader
from promptkit.answers.options.choice_forms import choice_patterns
from promptkit.answers.options.mentions import LETTERS
from promptkit.answers.prose.announced import ENDINGS, FORMS, announcements
from tests.answers.test_replies import ROWS

FORMS_OF_ALL = (*FORMS, *choice_patterns(LETTERS).forms, *LabelReader.forms)
REPLIES = "\n".join(row["reply"] for row in ROWS)


@pytest.mark.parametrize("form", [form for form in FORMS_OF_ALL if form.starts], ids=lambda form: form.pattern.pattern)
def test_a_form_matches_nowhere_but_at_a_character_it_starts_with(form):
    assert {found[0][0] for found in form.pattern.finditer(REPLIES)} <= set(form.starts)


@pytest.mark.parametrize("distance", [1, *(length + near for length in ENDINGS for near in range(-24, 8))])
def test_an_announcement_is_found_once_wherever_it_stands(distance):
    text = "x " * 300 + "The answer is 5."
    text += " y" * (distance // 2) + "." * (distance % 2)
    found = list(announcements(text, NumberReader.cue, FORMS))
    assert [one.piece[:1] for one in found] == ["5"]


def test_the_last_announcement_comes_first():
    text = "The answer is 1. " + "x " * 200 + "The answer is 2. " + "y " * 60 + "The answer is 3. The answer is 4."
    assert [one.piece[0] for one in announcements(text, NumberReader.cue, FORMS)] == ["4", "3", "2", "1"]
