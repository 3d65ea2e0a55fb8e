import pytest

from promptkit.analysis.ablation import part_effects
from promptkit.analysis.summary import Tallies
from promptkit.types import Usage
from tests.analysis.attempts import attempts


def effects(margin=0.1, model="openai/mock", **arms):
    """Of the whole wording `w` and those without a part: outcomes, and tokens a call."""
    counted = Tallies()
    for name, (outcomes, tokens) in arms.items():
        usage = Usage(calls=1, input_tokens=tokens, output_tokens=10)
        for attempt in attempts(name, outcomes, usage=usage, model=model):
            counted.add(attempt)
    return part_effects(counted.groups, "w", {"a": "part a", "b": "part b"}, margin)


def test_a_part_without_which_answers_are_worse_earns_its_tokens():
    (one,) = effects(w=("c" * 40, 30), a=("w" * 20 + "c" * 20, 20))
    assert (one.part, one.worth, one.difference) == ("part a", "earns its tokens", -0.5)


def test_a_part_without_which_answers_are_better_is_better_left_out():
    (one,) = effects(w=("w" * 20 + "c" * 20, 30), a=("c" * 40, 20))
    assert one.worth == "better left out"


def test_a_part_that_is_shown_to_make_no_such_difference_can_be_left_out():
    (one,) = effects(w=("c" * 100, 30), a=("c" * 100, 20))
    assert (one.worth, one.tokens_saved) == ("can be left out", 10)


def test_with_few_items_nothing_is_claimed():
    (one,) = effects(w=("c" * 8, 30), a=("c" * 8, 20))
    assert one.worth == "not enough data"


def test_both_chances_are_adjusted_over_the_parts():
    alone = effects(w=("c" * 30, 30), a=("w" * 6 + "c" * 24, 20))[0]
    beside = effects(w=("c" * 30, 30), a=("w" * 6 + "c" * 24, 20), b=("c" * 30, 20))[0]
    assert alone.p_holm <= 0.05 < beside.p_holm
    spare_alone = effects(w=("c" * 32, 30), a=("c" * 32, 20))[0]
    spare_beside = effects(w=("c" * 32, 30), a=("c" * 32, 20), b=("c" * 32, 20))[0]
    assert (spare_alone.worth, spare_beside.worth) == ("can be left out", "not enough data")
    assert spare_beside.p_spare_holm == pytest.approx(2 * spare_alone.p_spare_holm)


def test_attempts_that_failed_are_not_compared():
    (one,) = effects(w=("ccee", 30), a=("cwcc", 20))
    assert one.n == 2


def test_a_part_that_was_not_tried_has_no_effect():
    assert effects(w=("cc", 30)) == ()
    assert effects(a=("cc", 30)) == ()
