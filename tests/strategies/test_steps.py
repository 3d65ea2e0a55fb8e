import pytest

from promptkit.strategies.steps import CRITIQUE, DRAFT, draw_step, is_draw, is_part_of


@pytest.mark.parametrize("path", [draw_step(0), draw_step(12), f"{DRAFT}/{draw_step(3)}", f"a/b/{draw_step(1)}"])
def test_a_path_that_ends_in_a_draw_is_a_draw(path):
    assert is_draw(path)


@pytest.mark.parametrize(
    "path", ["", DRAFT, "draw", "draw x", f"{draw_step(0)}/{CRITIQUE}", "redraw 1", "draw 1 again"]
)
def test_any_other_path_is_no_draw(path):
    assert not is_draw(path)


def test_a_draft_and_the_calls_that_a_strategy_made_for_it_are_part_of_it():
    assert is_part_of(DRAFT, DRAFT)
    assert is_part_of(f"{DRAFT}/{draw_step(0)}", DRAFT)
    assert not is_part_of(f"{CRITIQUE}/{DRAFT}", DRAFT)
    assert not is_part_of("drafting", DRAFT)
