"""Named wordings: techniques that are a template alone."""

import pytest

from promptkit import AnswerType, Example, Prompt, TaskContext, Templates, UsageError, Wrap, preview
from promptkit.specs import STRATEGIES, build
from promptkit.strategies import NAMED, TECHNIQUES, technique_of
from promptkit.wording.variants import base_and_variant
from tests.players import Player

CONTEXT = TaskContext(AnswerType("number"), (Example(question="1 + 1?", answer="2"),))


def asked(spec, context=None, question="How far?"):
    (call,) = preview(build(spec, Player(), context), question)
    return call.prompt.question


def test_a_named_wording_is_the_wrap_of_its_template():
    assert build("repeat", Player(), CONTEXT) == build("wrap(template=wrap/repeat)", Player(), CONTEXT)
    assert NAMED["repeat"](Player()) == build("repeat", Player())
    assert type(build("repeat", Player())) is Wrap


def test_every_template_that_is_there_for_wrap_has_a_name_and_no_name_is_a_technique_twice():
    shipped = {base_and_variant(name)[0] for name in Templates.shipped().names() if name.startswith("wrap/")}
    assert shipped == {named.template for named in NAMED.values()}
    assert not {*NAMED} & {*TECHNIQUES}
    assert {*NAMED} <= {*STRATEGIES.shipped}


def test_its_options_are_values_of_its_template():
    assert asked("repeat@plain(times=3)") == "How far?\n\nHow far?\n\nHow far?"
    assert "recall 5 problems" in asked("analogical(problems=5)")


def test_a_wording_of_ones_own_is_asked_for_after_the_name(tmp_path):
    (tmp_path / "wrap").mkdir()
    (tmp_path / "wrap" / "repeat.mine.j2").write_text("{{ bare_question }} Again: {{ question }}", encoding="utf-8")
    context = TaskContext(templates=Templates((tmp_path,)))
    assert asked("repeat@mine", context) == "How far? Again: How far?"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("repaet", "did you mean repeat?"),
        ("repeat@plian", "did you mean plain?"),
        ("analogical@plain", "the template wrap/analogical has no wording 'plain'; there are zh-Hant"),
        ("analogical(problem=3)", "has no input 'problem'; did you mean problems?"),
        ("repeat(template=ask)", r"it is the template wrap/repeat; write wrap(template=…)"),
    ],
)
def test_a_mistake_is_named_with_the_way_out(spec, said):
    with pytest.raises(UsageError) as mistake:
        build(spec, Player(), TaskContext())
    assert said in str(mistake.value)


def test_the_form_of_the_answer_is_asked_for_once_and_last():
    prompt = Prompt.of("How far?").with_form("Answer with a number.")
    (call,) = preview(build("repeat", Player()), prompt)
    assert call.prompt.question == "How far?\n\nRead the question again: How far?\nAnswer with a number."


def test_a_form_that_was_repeated_is_kept_out_of_side_calls():
    prompt = Prompt.of("How far?").with_form("Answer with a number.")
    plan, *_ = preview(build("plan+repeat@plain", Player()), prompt)
    assert "Answer with a number." not in plan.prompt.question


def test_a_template_is_known_as_the_technique_that_it_is():
    assert technique_of("wrap/repeat") == "repeat"
    assert technique_of("chain_of_thought/think") == "cot"
    assert technique_of("wrap/mine") is technique_of("mine") is None
