import pytest

from promptkit import TemplateError
from promptkit.wording.parts import parts_of

LONG = """---
description: Long.
---
{% system %}
You are careful.

Rules:
- Use only facts.
- Be short.
{% endsystem %}
{% user %}
{{ question }}

Think step by step.
Then answer.
{% enduser %}
"""
MARKED = """{{ question }}
{% part first-steps %}

Think.
{% endpart %}
{% part thanks %}Thank you.{% endpart %}
"""


def labels(templates, name):
    return [(part.line, part.label) for part in parts_of(templates, name)]


def without(templates, name, label):
    return next(part.without for part in parts_of(templates, name) if part.label == label)


def test_paragraphs_and_items_of_lists_are_parts_and_the_question_is_not(folder):
    templates = folder("chain_of_thought/think.long", LONG)
    assert labels(templates, "chain_of_thought/think.long") == [
        (5, "You are careful."),
        (7, "Rules:"),
        (8, "- Use only facts."),
        (9, "- Be short."),
        (14, "Think step by step. Then answer."),
    ]


def test_without_a_part_it_is_the_same_template_but_for_that(folder):
    templates = folder("t", LONG)
    assert without(templates, "t", "- Be short.") == LONG.replace("- Be short.\n", "")
    assert without(templates, "t", "You are careful.") == LONG.replace("You are careful.\n\n", "")


def test_marked_parts_are_the_only_ones(folder):
    templates = folder("t", MARKED)
    assert labels(templates, "t") == [(2, "first-steps"), (6, "thanks")]
    assert without(templates, "t", "thanks") == MARKED.replace("{% part thanks %}Thank you.{% endpart %}\n", "")


def test_the_mark_renders_as_what_stands_in_it(folder):
    assert folder("t", MARKED).text("t", question="Why?") == "Why?\n\nThink.\nThank you."


@pytest.mark.parametrize(
    ("text", "expected"), [("{% part %}x{% endpart %}", "a part has a name"), ("{% part a %}x", "endpart")]
)
def test_a_mark_without_name_or_end_is_an_error(folder, text, expected):
    with pytest.raises(TemplateError, match=expected):
        folder("t", text).text("t")


def test_what_the_strategy_reads_in_the_reply_stays(folder):
    text = '---\nreads: ["Verdict:"]\n---\nLook at it.\n\nEnd with "Verdict: correct" or "Verdict: wrong".\n'
    assert labels(folder("t", text), "t") == [(4, "Look at it.")]


def test_a_variable_that_is_only_asked_about_is_not_shown(folder):
    text = "---\ninputs: {question: text}\n---\n{{ question }}\n\n{% if question %}\nThink.\n{% endif %}\n"
    assert labels(folder("t", text), "t") == [(7, "Think.")]


def test_a_loop_that_would_write_nothing_shows_nothing(folder):
    text = (
        "---\ninputs: {shown: list}\n---\n"
        "Examples:\n{% for one in shown %}\nExample: {{ one }}\n{% endfor %}\nNow answer.\n"
    )
    assert [label for _, label in labels(folder("t", text), "t")] == ["Examples:", "Now answer."]


def test_a_wording_of_one_paragraph_has_no_part(folder):
    assert parts_of(folder("t", "Think first.\n"), "t") == ()
