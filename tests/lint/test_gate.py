"""What can't be meant in a template is refused when a strategy is made, before anything is sent."""

from dataclasses import dataclass

import pytest

from promptkit import (
    AsText,
    BestOfN,
    ChainOfThought,
    Example,
    FewShot,
    PlanThenSolve,
    SelfReflection,
    Structured,
    TemplateError,
    Templates,
)
from promptkit.bench import compare
from promptkit.lint.gate import require_sound
from promptkit.specs import build
from promptkit.strategies import ExplicitInstructions, Wrap
from promptkit.task_context import TaskContext
from tests.players import Player

THINK = "chain_of_thought/think"
COMBINE = "plan_then_solve/combine"


@pytest.fixture
def written(tmp_path):
    """`written({path: text, …})`: the templates of a folder with these files."""

    def write(files):
        for path, text in files.items():
            file = tmp_path / (path if "." in path else f"{path}.j2")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return Templates((tmp_path,))

    return write


@pytest.mark.parametrize(
    ("files", "line", "said"),
    [
        ({THINK: "Think hard."}, 1, "the input `question` is never shown"),
        ({THINK: "{question}\nThink hard."}, 1, "{question} is not a place for a value here"),
        ({THINK: "Q: $question {{ question }}"}, 1, "$question is not a place for a value here"),
        ({THINK: "{{ question }}\n{% if 0 %}{{ qestion }}{% endif %}"}, 2, "did you mean question?"),
        ({THINK: "{{ question }} {{ tone | default('') }}"}, 1, "`tone` is not declared, and a default or test hides"),
        ({THINK: "---\ninputs: {tone: text}\n---\n{{ question }}{{ tone }}"}, 2, "no strategy gives the input `tone`"),
        ({THINK: "{{ question }}\n{% if %}"}, 2, "Expected an expression"),
        ({THINK: "---\ndescription: d\n{{ question }}"}, 1, "front matter has no end"),
        ({THINK: "{{ question }}{% include 'part.j2' %}"}, 1, "no template named 'part'"),
        (
            {THINK: "{{ question }}{% include '_p.j2' %}", "_p": "{% if 0 %}{{ qestion }}{% endif %}"},
            1,
            "mean question?",
        ),
        ({THINK: "{% extends 'promptkit/chain_of_thought/think.j2' %}\n{% block asks %}x{% endblock %}"}, 2, "'asks'"),
        (
            {THINK: "{% system %}Think.{% endsystem %}{% user %}{{ question }}{% enduser %}"},
            None,
            "makes system, user,",
        ),
        ({THINK: "{{ question }}\n{% set x = [] %}{{ x[3] }}"}, 2, "no element 3"),
        (
            {THINK: "---\ninputs: {loud: {type: flag, default: false}}\n---\n{{ question }}{{ 1 // 0 if loud }}"},
            4,
            "zero",
        ),
        ({"chain_of_thougt/think": "{{ question }}"}, 1, "did you mean chain_of_thought/think?"),
        ({"chain_of_thought/Think": "{{ question }}"}, 1, "did you mean chain_of_thought/think?"),
        ({"mine/chain_of_thought/think": "{{ question }}"}, 1, "did you mean chain_of_thought/think?"),
        (
            {"chain_of_thought/think.jinja": "{{ question }}"},
            1,
            "its name ends in .jinja",
        ),
        ({"chain_of_thought/think.txt": "{{ question }}"}, 1, "its name ends in .txt"),
        ({"chain_of_thought/think.j2.txt": "{{ question }}"}, 1, "its name ends in .j2.txt"),
        ({"few_shot/exampel": "{{ question }}"}, 1, "did you mean few_shot/example?"),
    ],
)
def test_a_mistake_is_refused_when_the_strategy_is_made(written, tmp_path, files, line, said):
    with pytest.raises(TemplateError) as refused:
        ChainOfThought(Player(), templates=written(files))
    assert said in str(refused.value)
    assert str(tmp_path) in str(refused.value)
    assert refused.value.line == line


@pytest.mark.parametrize(
    "files",
    [
        {THINK: "{{ question }} Think hard."},
        {THINK: "{% extends 'promptkit/chain_of_thought/think.j2' %}{% block request %}Think hard.{% endblock %}"},
        {THINK: "{% include 'mine.j2' %}", "mine": "{{ question }}"},
        {THINK: "{% set name = 'mine.j2' %}{% include name %}", "mine": "{{ question }}"},
        {THINK: "{% set q = question %}{% block all %}{{ q }}{% endblock %}"},
        {
            THINK: "{% from 'macros.j2' import ask %}{{ ask(question) }}",
            "macros": "{% macro ask(q) %}{{ q }}{% endmacro %}",
        },
        {THINK: "{{ question }} Write {% raw %}{question}{% endraw %}."},
        {THINK: "<question>{{ question }}</question>"},
        {THINK: "{% include 'chain_of_thought/thinking.j2' %}", "chain_of_thought/thinking": "{{ question }}"},
        {THINK: "{% include '_part.j2' %}", "_part": "{{ question }}"},
        {THINK: "{{ question }}{% for x in 'ab' %}{% include '_p.j2' %}{% endfor %}", "_p": "{{ x }}"},
        {
            THINK: "{{ question }}{% set y = 1 %}{% include '_p.j2' %}",
            "_p": "{{ y }}{% if z is defined %}{{ z }}{% endif %}",
        },
        {THINK: "{{ question }}", "chain_of_thought/think.md": "Why it is worded so."},
        {"support/reply": "Dear {{ customer }}, {{ 'a' if warm is defined }}", "notes.txt": "think", "README.md": "x"},
        {"self_reflection/critique": "Wrong?", "few_shot/example": "{{ broken"},
        {"few_shot/exampel": "{# lint: off overrides-nothing: mine #}\n{{ question }}"},
        {"plan": "---\ninputs: {goal: text}\n---\n{{ goal }}"},
    ],
    ids=lambda files: next(iter(files.items()))[1][:30],
)
def test_what_may_be_meant_is_not_refused(written, files):
    ChainOfThought(Player(), templates=written(files))


@pytest.mark.parametrize(
    ("make", "files", "said"),
    [
        (SelfReflection, {"self_reflection/critique": "Is it right?"}, "nothing asks for 'Verdict|"),
        (SelfReflection, {"self_reflection/revise": "{{ question }}"}, "`question` is not declared"),
        (BestOfN, {"best_of_n/pick": "{{ question }} Best:"}, "the input `candidates` is never shown"),
        (BestOfN, {"best_of_n/pick": "{{ question }}{{ candidates }} Which?"}, "nothing asks for 'Best:|"),
        (PlanThenSolve, {COMBINE: "{{ question }}{% for s in solved %}{{ s.anser }}{% endfor %}"}, "no field `anser`"),
    ],
)
def test_each_strategy_has_its_own_templates_checked(written, make, files, said):
    ChainOfThought(Player(), templates=written(files))
    with pytest.raises(TemplateError) as refused:
        make(Player(), templates=written(files))
    assert said in str(refused.value)


def test_a_critique_in_another_language_asks_for_what_can_be_read(written):
    SelfReflection(Player(), templates=written({"self_reflection/critique": "有錯嗎？最後一行寫「判定：正確」。"}))


def test_a_technique_that_is_derived_from_another_uses_its_templates(written):
    @dataclass(frozen=True, kw_only=True)
    class Mine(ChainOfThought):
        pass

    with pytest.raises(TemplateError, match="never shown"):
        Mine(Player(), templates=written({THINK: "Think."}))


def test_a_shipped_example_and_instructions_may_make_other_messages(written):
    templates = written(
        {
            "few_shot/example": "{% user %}{{ question }}{% enduser %}{% assistant %}{{ answer }}{% endassistant %}",
            "explicit_instructions/instructions": "{% user %}{{ task }}{% enduser %}",
        }
    )
    shown = FewShot(Player(), examples=(Example(question="q", answer="a"),), templates=templates)
    ExplicitInstructions(shown, task="T", templates=templates)


def test_a_template_that_is_wrapped_is_checked_and_one_beside_it_is_not(written):
    templates = written(
        {
            "support/reply": "---\ninputs: {question: text}\n---\n{{ question }}",
            "support/draft": "---\ninputs: {question: text}\n---\n{{ qestion }}",
        }
    )
    Wrap(Player(), template="support/reply", templates=templates)
    with pytest.raises(TemplateError, match=r"did you mean question\?"):
        Wrap(Player(), template="support/draft", templates=templates)


def test_a_template_of_structured_answers_is_checked(written):
    with pytest.raises(TemplateError, match="`schema` is never shown"):
        Structured(Player(), int, templates=written({"structured/instruct": "{{ question }}"}))


def test_a_template_for_base_models_is_checked(written):
    with pytest.raises(TemplateError, match="`messages` is never shown"):
        AsText(Player(), templates=written({"as_text/conversation": "Q:"}))


def test_a_mistake_in_a_template_is_found_before_a_run_or_an_answer(written):
    model, templates = Player(), written({THINK: "Think."})
    folders = [str(folder) for folder in templates.folders]
    with pytest.raises(TemplateError, match=r"^template chain_of_thought/think: the input `question` is never shown"):
        compare([("q", "1")], ["direct", "cot"], model=model, answer="number", template_folders=folders)
    with pytest.raises(TemplateError, match=r"^template chain_of_thought/think: "):
        build("cot+reflect", model, TaskContext(templates=templates))
    assert model.asked == []


def test_a_file_that_is_never_read_is_found_also_where_no_strategy_uses_templates(written):
    model, templates = Player(), written({"chain_of_thougt/think": "{{ question }}"})
    folders = [str(folder) for folder in templates.folders]
    with pytest.raises(TemplateError, match="no strategy uses 'chain_of_thougt/think'"):
        compare([("q", "1")], ["direct"], model=model, answer="number", template_folders=folders)
    assert model.asked == []


def test_a_mistake_that_is_mended_is_no_mistake_any_more(written):
    templates = written({THINK: "Think."})
    with pytest.raises(TemplateError):
        require_sound(templates, folders=("chain_of_thought",))
    written({THINK: "{{ question }} Think."})
    require_sound(templates, folders=("chain_of_thought",))


def test_templates_that_nobody_changed_are_looked_at_once(written, monkeypatch):
    looked = []
    monkeypatch.setattr("promptkit.lint.gate._mistakes", lambda *given: looked.append(given) or iter(()))
    templates = written({THINK: "{{ question }}"})
    for kept in (templates, templates.frozen()):
        looked.clear()
        for _ in range(3):
            require_sound(kept, folders=("chain_of_thought",))
        assert len(looked) == 1
    looked.clear()
    require_sound(Templates(), folders=("chain_of_thought",))
    assert looked == []
