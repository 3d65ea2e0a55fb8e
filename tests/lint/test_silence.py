"""A comment silences a rule on its line or in its file, with a reason; one that silences nothing is found."""

import pytest

from promptkit import Templates
from promptkit.lint import lint

HEADER = "---\ninputs:\n  question: {type: text}\n---\n"


@pytest.fixture
def rules(tmp_path):
    def check(text):
        (tmp_path / "ask.j2").write_text(text)
        return [(one.rule, one.line, one.message) for one in lint(Templates((tmp_path,)))]

    return check


def test_a_comment_on_the_line_silences_the_rule_there_alone(rules):
    text = HEADER + "{# lint: off role-as-text: the model knows this form #}User: {{ question }}\nSystem: be brief\n"
    assert [(rule, line) for rule, line, _ in rules(text)] == [("role-as-text", 6)]


def test_a_comment_on_a_line_of_its_own_silences_the_rule_in_the_file(rules):
    text = HEADER + "{# lint: off role-as-text: the model knows this form #}\nUser: {{ question }}\nSystem: be brief\n"
    assert rules(text) == []


def test_a_comment_in_the_front_matter_silences_what_is_found_there(rules):
    unused = "---\ninputs:\n  question: text\n  tone: text  # lint: off unused-input: for later\n---\n{{ question }}\n"
    assert rules(unused) == []


def test_one_comment_may_name_several_rules(rules):
    text = "```\nUser: {{ question }}\n```\n"
    both = "{# lint: off role-as-text, closable-delimiter: a transcript #}\n"
    assert rules(HEADER + both + text) == []


def test_a_comment_without_a_reason_is_found(rules):
    text = HEADER + "{# lint: off role-as-text #}\nUser: {{ question }}\n"
    assert rules(text) == [("idle-silence", 5, "role-as-text is silenced without a reason")]


def test_a_comment_that_names_no_rule_that_there_is_is_found(rules):
    text = HEADER + "{# lint: off role-as-txt: why #}\n{{ question }}\n"
    assert rules(text) == [("idle-silence", 5, "there is no rule 'role-as-txt'")]


def test_a_comment_that_silences_nothing_is_found(rules):
    text = HEADER + "{# lint: off role-as-text: why #}\n{{ question }}\n"
    assert rules(text) == [("idle-silence", 5, "nothing is found that silencing role-as-text is for")]


def test_a_comment_for_a_rule_that_needs_a_task_is_not_idle_without_one(rules):
    assert rules(HEADER + "{# lint: off no-answer-form: the task states it #}\n{{ question }}\n") == []
