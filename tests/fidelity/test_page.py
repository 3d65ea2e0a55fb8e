"""docs/fidelity.md is what the promises make, and no technique with a paper is without one.

`PROMPTKIT_UPDATE_GOLDEN=1 pytest tests/fidelity/test_page.py` writes the page anew.
"""

import os

import pytest

from promptkit.specs import STRATEGIES
from promptkit.techniques.facts import all_facts
from tests.fidelity.page import PAGE, page, promises


def test_the_page_is_made_of_the_promises():
    made = page()
    if os.environ.get("PROMPTKIT_UPDATE_GOLDEN"):
        PAGE.write_text(made, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == made


@pytest.mark.parametrize("name", [name for name, facts in all_facts().items() if facts.source])
def test_a_technique_with_a_paper_is_held_to_it(name):
    assert name in {promise.technique for promise in promises()}


def test_a_promise_is_of_a_technique_that_ships():
    assert {promise.technique for promise in promises()} <= set(STRATEGIES.shipped)
