"""docs/lint.md is what the rules and their examples make, and no usual mistake is silent.

`PROMPTKIT_UPDATE_GOLDEN=1 pytest tests/lint/test_page.py` writes the page anew.
"""

import os

import pytest

from tests.lint.catches import CATCHES, stages
from tests.lint.page import PAGE, page


def test_the_page_is_made_of_the_rules_their_examples_and_the_mistakes(tmp_path):
    made = page(tmp_path)
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


def test_there_are_at_least_twenty_five_usual_mistakes():
    assert len({catch.mistake for catch in CATCHES}) == len(CATCHES) >= 25


@pytest.mark.parametrize("catch", CATCHES, ids=lambda catch: catch.mistake)
def test_no_usual_mistake_is_silent(catch, tmp_path):
    assert catch.rule in stages(catch, tmp_path)["lint"].split(", ")
