"""Prompty files become templates that make the same messages; what is not carried over is reported."""

import json

import pytest

from promptkit import Templates, UsageError
from promptkit.importers.read import imported
from promptkit.lint import lint


@pytest.fixture
def carried(tmp_path):
    """The messages of an imported file, made of its samples, and what is left out of it."""

    def over(text, **values):
        (tmp_path / "one.prompty").write_text(text)
        (one,) = imported(tmp_path / "one.prompty")
        (tmp_path / "out").mkdir(exist_ok=True)
        (tmp_path / "out/one.j2").write_text(one.text)
        templates = Templates((tmp_path / "out",))
        inputs = templates.header("one").inputs
        given = {name: one.stand_in(name) for name, one in inputs.items() if one.required}
        over.lint = {finding.rule for finding in lint(templates)}
        over.inputs = templates.header("one").inputs
        return [(m.role, m.content) for m in templates.render("one", **{**given, **values})], list(one.left_out)

    return over


BASIC = """---
name: Basic Prompt
description: A prompt that answers
authors: [someone]
model:
  api: chat
  configuration: {type: azure_openai}
  parameters: {max_tokens: 128, temperature: 0.2}
inputs:
  question:
    type: string
  many:
    type: integer
    default: 2
sample:
  question: Who is it?
---
system:
You are an assistant. Write {{many}} sentences.

# user:
{{question}}
"""


def test_roles_inputs_and_samples_are_carried_over(carried):
    messages, left_out = carried(BASIC)
    assert messages == [("system", "You are an assistant. Write 2 sentences."), ("user", "Who is it?")]
    assert carried.inputs["question"].sample == "Who is it?"
    assert (carried.inputs["many"].type, carried.inputs["many"].default) == ("number", 2)
    assert left_out == [
        "authors: ['someone']",
        "model parameter max_tokens: 128; give it to the command or the `Prompt`",
        "model parameter temperature: 0.2; give it to the command or the `Prompt`",
        "model: api, configuration; name the model with --model",
    ]
    assert carried.lint == set()


def test_a_role_in_a_loop_or_condition_stays_there(carried):
    text = (
        "---\nname: x\nsample:\n  context: [a]\n  short: true\n  question: Why is it?\n---\n"
        "system:\nBe kind.\n{% for one in context %}\nuser:\nKnow {{one}}.\nassistant:\nYes.\n{% endfor %}\n"
        "{% if short %}\nsystem:\nBe brief.\n{% else %}\nsystem:\nBe long.\n{% endif %}\nuser:\n{{question}}\n"
    )
    messages, _ = carried(text, context=["a", "b"])
    assert messages == [
        ("system", "Be kind."),
        ("user", "Know a."),
        ("assistant", "Yes."),
        ("user", "Know b."),
        ("assistant", "Yes."),
        ("system", "Be brief."),
        ("user", "Why is it?"),
    ]


def test_a_loop_inside_of_a_message_stays_in_it(carried):
    text = "---\nname: x\n---\nsystem:\nKnow:\n{% for one in facts %}\n- {{one}}\n{% endfor %}\nuser:\n{{question}}\n"
    messages, _ = carried(text, facts=["a", "b"], question="Why?")
    assert messages == [("system", "Know:\n- a\n- b"), ("user", "Why?")]
    assert (carried.inputs["facts"].type, carried.inputs["question"].type) == ("list", "text")


def test_a_line_that_ends_in_a_tag_keeps_its_line_break(carried):
    text = "---\nname: x\n---\nuser:\nBe{% if short %} brief{% endif %}\nand kind. {# why #}\n{{question}}\n"
    messages, _ = carried(text, short="yes", question="Why?")
    assert messages == [("user", "Be brief\nand kind. \nWhy?")]


def test_a_body_without_roles_is_a_system_message_as_it_is_there(carried):
    messages, left_out = carried("---\nname: x\n---\nBe kind.\n")
    assert messages == [("system", "Be kind.")]
    assert left_out == ["a body without roles is a system message in Prompty, and so it is here"]


def test_a_file_may_be_a_body_alone(carried):
    assert carried("system:\nBe kind.\nuser:\nHello.\n")[0] == [("system", "Be kind."), ("user", "Hello.")]


def test_inputs_of_a_schema_are_carried_over(carried):
    text = (
        "---\nmodel: some-model\ninputSchema:\n  properties:\n"
        '    - {name: question, kind: string, example: "Why is it?"}\n'
        "    - {name: many, kind: integer, default: 3}\n---\nuser:\n{{question}} {{many}}\n"
    )
    assert carried(text) == ([("user", "Why is it? 3")], ["model: 'some-model'"])
    assert carried.inputs["many"].type == "number"


def test_a_sample_file_beside_it_is_read(carried, tmp_path):
    (tmp_path / "sample.json").write_text(json.dumps({"question": "Why is it?"}))
    messages, _ = carried("---\nname: x\nsample: ${file:sample.json}\n---\nuser:\n{{question}}\n")
    assert messages == [("user", "Why is it?")]


def test_what_else_is_not_carried_over_is_reported(carried):
    text = (
        "---\nname: x\nversion: 1.0\nmodel: {api: chat}\noutputs: {a: {type: string}}\n"
        "inputs: {q: {type: file}, n: {type: number, sample: few}}\n---\nuser[image=1]:\n{{q}}{{n}} ![a](b.png)\n"
    )
    _, left_out = carried(text)
    assert left_out == [
        "pictures, ![…](…), remain text",
        "user[image=1]:: what stands in its brackets",
        "inputs.q: type 'file'; it is a text here",
        "inputs.n: its sample 'few' is no number",
        "model: api; name the model with --model",
        "outputs: {'a': {'type': 'string'}}",
        "version: 1.0; it is 1 here",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("---\nname: x\nuser:\nhello", "its front matter has no end"),
        ("---\ninputSchema: {properties: [{name: h, kind: thread}]}\n---\nuser:\n{{h}}", "h is earlier turns"),
        ("---\nname: x\n---\nsystem:\nBe kind.\n![thread]\n", "stands for earlier turns"),
        ("---\nname: [\n---\nuser:\nhello", "not YAML"),
        ("---\n- a\n---\nuser:\nhello", "not a mapping"),
        ("---\ntemplate: mustache\n---\nuser:\nhello", "a mustache template"),
        (
            "---\nname: x\n---\n{% for m in history %}\n{{m.role}}:\n{{m.text}}\n{% endfor %}\n",
            "lets data choose a role",
        ),
        ("---\nname: x\n---\ntool:\nhello", "a message of tool"),
        ("---\nname: x\n---\nuser:\n${env:KEY}", "is not filled here"),
        ("---\nname: x\n---\nuser:\n{{ x | shout }}", "there is no filter shout here"),
        ("---\nname: x\n---\nuser:\n{% if x %}", "can't be carried over"),
        ("---\nsample: ../secret.json\n---\nuser:\nhello", "nor a file next to it"),
    ],
)
def test_what_a_template_can_not_hold_is_refused(carried, text, message):
    with pytest.raises(UsageError, match=message):
        carried(text)
