"""Each rule finds its bad example and passes its good one; and what else it has to find or to leave alone."""

import random

import pytest

from promptkit import TemplateError, Templates
from promptkit.lint import RULES, lint
from promptkit.lint.gate import require_sound
from tests.lint.examples import EXAMPLES, found, task

NAMES = [rule.name for rule in RULES]
HEADER = "---\ninputs:\n  question: {type: text}\n  rules: {type: list, of: text, default: []}\n---\n"


def found_files():
    return [file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.rglob("*.j2"))]


@pytest.fixture
def rules(tmp_path):
    """The rules that find something in a template, with their lines."""

    def check(text, name="letter", task=None, **others):
        for path, content in {name: text, **others}.items():
            file = tmp_path / f"{path}.j2"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return [(one.rule, one.line) for one in lint(Templates((tmp_path,)), name, task=task)]

    return check


def body(text):
    return f"{HEADER}{{{{ question }}}}\n{{% for rule in rules %}}\n- {{{{ rule }}}}\n{{% endfor %}}\n{text}"


@pytest.mark.parametrize("rule", NAMES)
def test_the_bad_example_of_a_rule_is_found_by_it_alone(rule):
    assert {finding.rule for finding in found(rule, "bad")} == {rule}


@pytest.mark.parametrize("rule", NAMES)
def test_the_good_example_of_a_rule_has_no_finding(rule):
    assert found(rule, "good") == []


def test_there_are_at_least_twenty_rules_each_with_a_reason_and_a_fix():
    assert len(NAMES) == len(set(NAMES)) >= 20
    assert all(rule.reason.endswith(".") and rule.fix for rule in RULES)


def test_the_shipped_templates_have_no_finding():
    assert lint(Templates.shipped()) == []


def test_a_finding_has_its_file_line_column_and_way_out():
    (finding,) = found("misspelt-input", "bad")
    assert (finding.line, finding.column, finding.severity, finding.fix) == (7, 15, "error", "did you mean question?")
    assert str(finding).endswith(
        "misspelt-input/bad/ask.j2:7:15: error: `qestion` is not declared; did you mean question? [misspelt-input]"
    )


def test_a_template_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(TemplateError, match="no template named 'nothing'"):
        lint(Templates((tmp_path,)), "nothing")


def test_a_plain_template_without_front_matter_is_asked_to_declare_its_inputs(rules):
    assert rules("{{ question }}") == [("undeclared-input", 1)]


def test_what_an_included_part_shows_counts_as_shown(rules):
    part = "{% for rule in rules %}\n- {{ rule }}\n{% endfor %}\n"
    assert rules(HEADER + '{{ question }}\n{% include "_rules.j2" %}\n', _rules=part) == []


def test_a_part_is_not_asked_for_the_inputs_of_who_includes_it(rules):
    assert rules("{{ anything }}\n", name="_part") == []


def test_a_block_of_an_extended_template_counts_as_shown(rules):
    assert rules("{% extends 'promptkit/few_shot/example.j2' %}\n", name="few_shot/example") == []


def test_an_override_that_leaves_out_what_the_strategy_reads_is_found(rules):
    own = "---\nreads: 'Verdict:'\n---\nIs it right?\n"
    assert ("unread-reply", 2) in rules(own, name="self_reflection/critique")


def test_a_block_that_is_in_no_extended_template_is_found(rules):
    own = '{% extends "promptkit/few_shot/example.j2" %}\n{% block questionn %}\nQ: {{ question }}\n{% endblock %}\n'
    assert ("overrides-nothing", 2) in rules(own, name="few_shot/example")


@pytest.mark.parametrize(
    "path",
    [
        "chain_of_thougt/think.j2",
        "chain_of_thought/Think.j2",
        "chain-of-thought/think.j2",
        "mine/chain_of_thought/think.j2",
    ],
)
def test_a_misspelt_override_is_found_with_what_was_meant(tmp_path, path):
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("---\ninputs: {question: text}\n---\n{{ question }}")
    (finding,) = lint(Templates((tmp_path,)))
    assert (finding.rule, finding.fix) == ("overrides-nothing", "did you mean chain_of_thought/think?")


@pytest.mark.parametrize("name", ["think.jinja", "think.jinja2", "think.j2.txt", "think.txt", "think.md"])
def test_a_file_with_the_suffix_of_another_tool_is_found(tmp_path, name):
    (tmp_path / "chain_of_thought").mkdir()
    (tmp_path / "chain_of_thought" / name).write_text("{{ question }}")
    findings = lint(Templates((tmp_path,)))
    assert [(one.rule, one.fix) for one in findings] == [("overrides-nothing", "name it chain_of_thought/think.j2")]


def test_templates_of_ones_own_are_not_taken_for_misspelt_overrides(rules):
    assert rules(body(""), name="support/reply") == []


STEPS = sorted({name.rpartition("/")[2] for name in Templates.shipped().names()})


@pytest.mark.parametrize("header", ["", "---\ninputs: {question: text}\n---\n"], ids=["bare", "with front matter"])
@pytest.mark.parametrize("name", [*STEPS, "Ask", "ask.short", "self_ask", "chain_of_thought_think"])
def test_a_file_in_no_folder_is_ones_own_whatever_it_is_called(tmp_path, name, header):
    (tmp_path / f"{name}.j2").write_text(f"{header}{{{{ question }}}}\nBe kind.\n")
    for suffix in (".txt", ".md", ".jinja"):
        (tmp_path / f"{name}{suffix}").write_text("A note.\n")
    templates = Templates((tmp_path,))
    assert [one.message for one in lint(templates) if one.rule == "overrides-nothing"] == []
    require_sound(templates, names=(name,))


@pytest.mark.parametrize(
    "text", ["{question}", "${question}", "$question", "<question>", "<<question>>", "[question]", "[[question]]"]
)
def test_places_of_other_languages_are_found(rules, text):
    assert rules(body(f"Once more: {text}\n")) == [("foreign-placeholder", 10)]


@pytest.mark.parametrize(
    "text",
    [
        "{% raw %}{question}{% endraw %}",
        "Write [citation] and {answers}, which cost $5, and <br>.",
        'Write JSON such as {"question": 1}.',
        "<question>{{ question | tojson }}</question>",
        r"Write \boxed{answer}.",
    ],
)
def test_braces_and_brackets_that_are_text_are_left_alone(rules, text):
    assert rules(body(f"{text}\n")) == []


@pytest.mark.parametrize("text", ["User: now", "**Assistant:** yes", "### Response", "<|im_start|>user", "[INST] go"])
def test_roles_as_text_are_found(rules, text):
    assert rules(body(f"{text}\n")) == [("role-as-text", 10)]


@pytest.mark.parametrize("text", ["Question: this", "The user: a customer.", "Answer:", "Systems: many"])
def test_other_words_with_a_colon_are_left_alone(rules, text):
    assert rules(body(f"{text}\n")) == []


def test_a_system_message_that_data_asks_for_is_found(rules):
    text = (
        "{% for turn in rules %}\n{% if turn.role == 'system' %}\n{% system %}\n{{ turn.text }}\n{% endsystem %}\n"
        "{% endif %}\n{% endfor %}\n"
    )
    own = (
        f"---\ninputs:\n  question: text\n  rules: list\n---\n{text}{{% user %}}\n{{{{ question }}}}\n{{% enduser %}}\n"
    )
    assert rules(own) == [("role-from-data", 8)]


@pytest.mark.parametrize("text", ["Be{% if rules %} brief{% endif %}\nand kind.\n", "Be brief. {# why #}\nBe kind.\n"])
def test_a_line_break_that_is_eaten_is_found(rules, text):
    assert rules(body(text)) == [("eaten-newline", 10)]


@pytest.mark.parametrize(
    "text",
    [
        "{% if rules %}\nbrief\n{% endif %}\nand kind.\n",
        "Be{% if rules %} brief{% endif +%}\nand kind.\n",
        "Be{% if rules %} brief{% endif %}\n",
        "Be{% if rules %} brief{% endif %}.\nBe kind.\n",
        "{% raw %}a {% if %}\nb{% endraw %}\n",
    ],
)
def test_line_breaks_that_are_sent_are_left_alone(rules, text):
    assert rules(body(text)) == []


@pytest.mark.parametrize("fence", ["```\n{}\n```", '"""{}"""', "<asked>{}</asked>", '<doc id="1">\n{}\n</doc>'])
def test_delimiters_that_data_can_close_are_found(rules, fence):
    assert [rule for rule, _ in rules(body(fence.format("{{ question }}") + "\n"))] == ["closable-delimiter"]


@pytest.mark.parametrize(
    "text",
    [
        "<asked>{{ question | tojson }}</asked>",
        "<asked>{{ question | replace('</asked>', '') }}</asked>",
        "<rules>Be brief.</rules> {{ question }} <more></more>",
        "```\ncode\n```\n{{ question }}\n```\nmore\n```",
    ],
)
def test_values_that_close_nothing_are_left_alone(rules, text):
    assert rules(body(f"{text}\n")) == []


def test_a_filter_over_the_letters_of_a_text_is_found(rules):
    assert rules(body("{{ question | join(', ') }}\n")) == [("letters-looped", 10)]


def test_the_type_of_a_field_is_followed_through_loops(rules):
    own = (
        "---\ninputs:\n  question: text\n  steps: {type: list, of: {asked: text}}\n---\n{{ question }}\n"
        "{% for step in steps %}\n{% for part in step.asked %}\n{{ part }}\n{% endfor %}\n{% endfor %}\n"
    )
    assert rules(own) == [("letters-looped", 8)]


def test_a_default_for_a_declared_input_is_left_alone(rules):
    assert rules(body("{{ rules | default([]) | length }}\n")) == []


@pytest.mark.parametrize("text", ["{% if tne is defined %}a{% endif %}", "{{ tne | d('') }}"])
def test_an_undeclared_name_that_a_test_or_default_hides_is_found(rules, text):
    assert rules(body(f"{text}\n")) == [("hidden-typo", 10)]


def test_long_constant_text_behind_a_value_is_found_in_a_conversation(rules):
    long = "Look the fact up in the manual before you write. " * 25
    own = f"{HEADER}{{% system %}}\nFor {{{{ question }}}}, {long}\n{{{{ rules }}}}\n{{% endsystem %}}\n"
    assert rules(own) == [("changing-before-constant", 7)]


def test_long_constant_text_behind_a_value_that_is_the_same_in_each_call_is_left_alone(rules):
    long = "Look the fact up in the manual before you write. " * 25
    own = "---\ninputs:\n  question: text\n  tone: {type: text, default: kind}\n---\n"
    assert rules(f"{own}Be {{{{ tone }}}}. {long}\n\n{{{{ question }}}}\n") == []


def test_a_question_of_the_test_is_found_whatever_its_case_and_blanks(rules):
    shown = body("how many  wheels have 7 carts of 4 wheels ? The answer is 28.\n")
    assert ("test-item-shown", 1) in rules(shown, task=task())


@pytest.mark.parametrize("text", ["{{ " + "(" * 500 + "question" + ")" * 500 + " }}", "{% if question %}" * 150])
def test_a_template_that_python_can_not_hold_is_reported(rules, text):
    assert [rule for rule, _ in rules(HEADER + text)] == ["unreadable"]


def test_damaged_templates_are_reported_and_fail_nothing(rules):
    random_cuts, whole = random.Random(0), found_files()
    for text in random_cuts.choices(whole, k=40):
        start = random_cuts.randrange(len(text))
        rules(text[:start] + random_cuts.choice(["{{", "%}", "{% for a in b %}", "---", ""]) + text[start + 9 :])


def test_everything_that_is_wrong_in_one_template_is_found(rules):
    text = "System: {qestion}\nBe{% if rules %} kind{% endif %}\n{{ qestion }}\n```\n{{ question }}\n```\n"
    found = {rule for rule, _ in rules(body(text))}
    assert found == {"role-as-text", "eaten-newline", "misspelt-input", "closable-delimiter", "foreign-placeholder"}
