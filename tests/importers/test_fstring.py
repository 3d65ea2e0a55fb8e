"""LangChain's f-string templates and saved prompts become templates that make the same text."""

import json

import pytest

from promptkit import Templates, UsageError
from promptkit.importers.read import imported


@pytest.fixture
def carried(tmp_path):
    def over(name, text, form=None, /, **values):
        (tmp_path / name).write_text(text if isinstance(text, str) else json.dumps(text))
        (one,) = imported(tmp_path / name, form)
        (tmp_path / "one.j2").write_text(one.text)
        over.left_out = one.left_out
        return [(m.role, m.content) for m in Templates((tmp_path,)).render("one", **values)]

    return over


@pytest.mark.parametrize(
    "text",
    [
        "Tell me a {adjective} joke about {content}.",
        'JSON: {{"a": "{adjective}"}}',
        "{{{adjective}}} and {{{{ content }}}} {{% if %}} {{# no #}}",
        "{adjective:>8}|{content:.3}",
        "first {adjective}\nsecond {{}}\n\nthird {content} {{",
    ],
)
def test_it_makes_the_text_that_python_makes(carried, text):
    values = {"adjective": "funny", "content": "chickens"}
    used = {name: value for name, value in values.items() if f"{{{name}" in text.replace("{{", "")}
    used |= {"adjective": "funny"} if "{{{adjective}}}" in text else {}
    assert carried("p.txt", text, "fstring", **used) == [("user", text.format(**values).strip())]


def test_a_saved_prompt_is_known_by_its_type(carried):
    saved = {"_type": "prompt", "input_variables": ["x"], "template": "Say {x}.", "template_format": "f-string"}
    assert carried("p.json", saved, x="it") == [("user", "Say it.")]
    assert carried.left_out == ()


def test_what_a_saved_prompt_has_besides_is_reported(carried, tmp_path):
    (tmp_path / "t.txt").write_text("Say {x}{y}.")
    saved = "_type: prompt\ntemplate_path: t.txt\npartial_variables: {y: '!'}\noutput_parser: {_type: regex}\n"
    assert carried("p.yaml", saved, x="it", y="!") == [("user", "Say it!.")]
    assert carried.left_out == (
        "partial variable 'y' = '!': give it as a `default` in `inputs`",
        "output_parser: {'_type': 'regex'}",
    )


def message(kind, **arguments):
    return {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", "chat", kind], "kwargs": arguments}


def template(text, form="f-string"):
    return {"kwargs": {"template": text, "template_format": form, "input_variables": []}}


def test_a_saved_chat_keeps_its_roles(carried):
    messages = [
        message("SystemMessagePromptTemplate", prompt=template("Be {tone}.")),
        message("HumanMessagePromptTemplate", prompt=template("{{ q }}", "jinja2")),
        message("AIMessage", content="Yes {{ }}."),
    ]
    saved = message("ChatPromptTemplate", messages=messages)
    assert carried("p.json", saved, tone="kind", q="Why?") == [
        ("system", "Be kind."),
        ("user", "Why?"),
        ("assistant", "Yes {{ }}."),
    ]


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        ("p.txt", "a } b", "Single '}'"),
        ("p.txt", "{a.b}", "not a plain name"),
        ("p.txt", "{}", "not a plain name"),
        ("p.txt", "{a!r}", "a conversion"),
        ("p.txt", "{a:{b}}", "a field in its format"),
        ("p.json", {"_type": "few_shot", "prefix": "x"}, "type 'few_shot'"),
        ("p.json", {"_type": "prompt", "template": "{{x}}", "template_format": "mustache"}, "a mustache template"),
        ("p.json", {"_type": "prompt"}, "neither"),
        ("p.json", {"_type": "prompt", "template_path": "../x.txt"}, "out of its folder"),
        (
            "p.json",
            message("ChatPromptTemplate", messages=[message("MessagesPlaceholder", variable_name="h")]),
            "MessagesPlaceholder",
        ),
    ],
)
def test_what_a_template_can_not_hold_is_refused(carried, name, text, error):
    with pytest.raises(UsageError, match=error):
        carried(name, text, "fstring" if name == "p.txt" else None)


def test_a_plain_text_does_not_show_which_tool_it_is_of(carried):
    with pytest.raises(UsageError, match="--as promptfoo or fstring"):
        carried("p.txt", "Say {x}.")
