import pytest

from promptkit import ChainOfThought, PlanThenSolve, Prompt, SelfConsistency, SelfReflection, TemplateError, Templates
from promptkit.errors import UsageError
from promptkit.specs import build
from promptkit.task_context import TaskContext
from tests.players import Player

SHORT = "{{ question }} Think."


def asked(strategy, question="Why?"):
    return strategy.rewrite(Prompt.of(question)).question


def test_a_technique_is_asked_in_the_wording_that_its_specification_names(folder):
    context = TaskContext(templates=folder("chain_of_thought/think.short", SHORT))
    assert asked(build("cot@short", Player(), context)) == "Why? Think."


def test_without_a_name_the_usual_wording_is_asked(folder):
    context = TaskContext(templates=folder("chain_of_thought/think.short", SHORT))
    assert "Think." not in asked(build("cot", Player(), context))


def test_each_part_has_a_wording_of_its_own(folder):
    folder("self_reflection/critique.kind", "Be kind. Verdict: correct or Verdict: wrong?")
    context = TaskContext(templates=folder("chain_of_thought/think.short", SHORT))
    reflection = build("cot@short+reflect@kind", Player(), context)
    assert isinstance(reflection, SelfReflection)
    assert reflection.templates.text("self_reflection/critique").startswith("Be kind")
    assert asked(reflection.backend) == "Why? Think."


def test_in_python_the_templates_name_the_wording(folder):
    templates = folder("chain_of_thought/think.short", SHORT)
    assert asked(ChainOfThought(Player(), templates=Templates(templates.folders, variant="short"))) == "Why? Think."


def test_a_step_without_the_wording_is_worded_as_usual(folder):
    templates = folder("plan_then_solve/plan.short", "{{ question }} Split it.").worded("short")
    plan = PlanThenSolve(Player(), templates=templates)
    usual = Templates().text("plan_then_solve/combine", question="q", solved=[])
    assert plan.templates.text("plan_then_solve/plan", question="q") == "q Split it."
    assert plan.templates.text("plan_then_solve/combine", question="q", solved=[]) == usual


def test_a_wording_can_extend_the_usual_one_and_inherits_its_inputs(folder):
    templates = folder(
        "few_shot/example.plain",
        "{% extends 'few_shot/example.j2' %}{% block user %}Q: {{ question }}{% endblock %}",
    ).worded("plain")
    made = templates.render("few_shot/example", question="1 + 1?", answer="2")  # `reasoning` has a default
    assert [m.content for m in made] == ["Q: 1 + 1?", "2"]
    with pytest.raises(TemplateError, match="needs"):
        templates.render("few_shot/example", question="1 + 1?")


def test_the_own_file_of_a_wording_is_used_before_the_shipped_one(folder):
    templates = folder("chain_of_thought/think.zh-Hant", "{{ question }} 想一想。").worded("zh-Hant")
    assert asked(ChainOfThought(Player(), templates=templates)) == "Why? 想一想。"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("cot@shrot", "did you mean short?"),
        ("cot@other", "there are short, zh-Hant"),
        ("plan@short", "there are zh-Hant"),
        ("self-consistency@short", "there are no templates in self_consistency/"),
        ("direct@short", "the bare model, which has no wording"),
        ("direct@short+cot", "the bare model, which has no wording"),
        ("cot@", "write part@wording(option=value)"),
        ("tests.wording.plain:alone@short", "it takes no templates"),
    ],
)
def test_a_wording_that_is_not_there_is_an_error_before_anything_is_asked(folder, spec, expected):
    context = TaskContext(templates=folder("chain_of_thought/think.short", SHORT))
    with pytest.raises(UsageError) as mistake:
        build(spec, Player(), context)
    assert expected in str(mistake.value)


def test_in_python_a_wording_that_is_not_there_is_an_error_when_the_strategy_is_made():
    with pytest.raises(TemplateError, match="no wording 'short'; there are zh-Hant"):
        ChainOfThought(Player(), templates=Templates(variant="short"))
    with pytest.raises(TemplateError, match="no templates in self_consistency/"):
        SelfConsistency(Player(), templates=Templates(variant="short"))


def test_a_wording_without_the_question_is_refused_when_it_is_asked_in(folder):
    templates = folder("chain_of_thought/think.short", "Think.")
    ChainOfThought(Player(), templates=templates)
    with pytest.raises(TemplateError, match="`question` is never shown"):
        ChainOfThought(Player(), templates=templates.worded("short"))
