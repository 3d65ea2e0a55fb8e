from dataclasses import dataclass
from decimal import Decimal

import pytest

from promptkit import TemplateError, Templates
from promptkit.wording.header import unread


def declared(folder, inputs, body="{{ x }}"):
    return folder("t", f"---\ninputs:\n  {inputs}\n---\n{body}")


@pytest.mark.parametrize(
    ("inputs", "value"),
    [
        ("x: text", "a"),
        ("x:", "a"),
        ("x: {type: number}", 3),
        ("x: number", 3.5),
        ("x: number", Decimal("0.1")),
        ("x: flag", True),
        ("x: list", ["a", 1]),
        ("x: {type: list, of: text}", ("a", "b")),
        ("x: {type: list, of: {type: number}}", [1, 2.5]),
        ("x: {type: list, of: {type: list, of: flag}}", [[True], []]),
        ("x: object", {"anything": 1}),
        ("x: {default: null}", None),
    ],
)
def test_a_value_of_the_declared_type_is_taken(folder, inputs, value):
    shown = list(value) if isinstance(value, tuple) else value
    assert declared(folder, inputs).text("t", x=value) == str(shown)


@pytest.mark.parametrize(
    ("inputs", "value", "said"),
    [
        ("x: text", 3, "x, which should be a text, and is int 3"),
        ("x: text", None, "x, which should be a text, and is nothing (None)"),
        ("x: text", ["a"], "should be a text"),
        ("x: number", "3", "should be a number, and is str '3'"),
        ("x: number", True, "should be a number, and is bool True"),
        ("x: flag", "yes", "should be true or false"),
        ("x: flag", 1, "should be true or false"),
        ("x: list", "letters", "should be a list, and is str 'letters'"),
        ("x: {type: list, of: text}", ["a", 3], "x[1], which should be a text"),
        ("x: {type: list, of: {q: text}}", ["a"], "x[0], which should be an object with fields"),
        ("x: {type: list, of: {q: text}}", [{"q": 1}], "x[0].q, which should be a text"),
        ("x: {type: list, of: {q: text}}", [{}], "x[0], which has no `q`"),
        ("x: {type: list, of: {q: text}}", [{"q": "a", "r": "b"}], "x[0], which has no field `r`"),
        ("x: {type: list, of: {question: text}}", [{"question": "a", "qestion": ""}], "did you mean question?"),
        ("x: {type: object, fields: {a: {type: list, of: number}}}", {"a": [1, "b"]}, "x.a[1], which should be"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(folder, inputs, value, said):
    with pytest.raises(TemplateError) as refused:
        declared(folder, inputs).render("t", x=value)
    assert said in str(refused.value)


@dataclass
class Turn:
    asked: str
    replied: str = "r"


def test_an_object_is_a_mapping_or_has_the_fields_as_attributes(folder):
    body = "{% for turn in x %}{{ turn.asked }}{{ turn['replied'] }}{% endfor %}"
    templates = declared(folder, "x: {type: list, of: {asked: text, replied: text}}", body)
    assert templates.text("t", x=[Turn("a"), {"asked": "b", "replied": "s"}]) == "arbs"


def test_a_field_with_a_default_may_be_left_out(folder):
    templates = declared(
        folder, "x: {type: list, of: {a: text, b: {default: d}}}", "{% for o in x %}{{ o.b }}{% endfor %}"
    )
    assert templates.text("t", x=[{"a": "1"}, {"a": "2", "b": "e"}]) == "de"


def test_a_field_may_be_called_as_a_method_of_pydantic(folder):
    templates = declared(folder, "x: {type: object, fields: {schema: text, copy: text, json: text}}", "{{ x.schema }}")
    assert templates.text("t", x={"schema": "s", "copy": "c", "json": "j"}) == "s"


@pytest.mark.parametrize(
    ("inputs", "line", "said"),
    [
        ("x: {sample: 3}", 3, "inputs.x.sample should be a text, and is int 3.*; a text stands in quotes"),
        ("x: {type: number, default: '3'}", 3, "inputs.x.default should be a number"),
        ("x:\n    type: list\n    of: {a: text}\n    sample: [{b: c}]", 6, "sample.0 has no `a`"),
        ("x: {of: text}", 3, "`of` is for lists, and it is text.*; write type: list"),
        ("x: {type: list, fields: {a: text}}", 3, "`fields` is for objects"),
        ("x: {type: list, of: txt}", 3, "no type 'txt'.*; did you mean text?"),
    ],
)
def test_a_declaration_that_does_not_agree_with_itself_is_an_error_with_its_line(folder, inputs, line, said):
    with pytest.raises(TemplateError, match=said.replace("?", r"\?")) as refused:
        declared(folder, inputs).header("t")
    assert refused.value.line == line


def test_a_value_for_an_input_that_is_not_declared_is_refused(folder):
    templates = declared(folder, "{question: text, tone: {default: calm}}", "{{ question }}")
    with pytest.raises(TemplateError, match=r"template t has no input 'tine'; did you mean tone\?"):
        templates.render("t", question="q", tine="warm")


def test_a_missing_input_that_was_misspelt_is_named(folder):
    templates = declared(folder, "{question: text}", "{{ question }}")
    with pytest.raises(TemplateError, match=r"needs question; you gave qestion, did you mean question\?"):
        templates.render("t", qestion="q")


def test_without_declared_inputs_any_value_is_taken(folder):
    assert folder("t", "{{ x }}").text("t", x=3, y=4) == "3"


def test_an_override_has_the_inputs_and_reads_of_the_shipped_template(folder):
    templates = folder("explicit_instructions/instructions", "{% system %}{{ task }}{{ rules|length }}{% endsystem %}")
    assert templates.render("explicit_instructions/instructions", task="T")[0].content == "T0"
    reads = folder("self_reflection/critique", "Verdict:").header("self_reflection/critique").reads
    assert reads == Templates().header("self_reflection/critique").reads
    assert set(templates.header("explicit_instructions/instructions").inputs) > {"task", "rules"}


def test_a_template_that_extends_another_has_its_inputs_and_may_change_one(folder):
    folder("base", "---\ninputs: {a: text, b: {default: d}}\n---\n{% block user %}{{ a }}{{ b }}{% endblock %}")
    templates = folder("t", "---\ninputs: {b: {default: e}}\n---\n{% extends 'base.j2' %}")
    assert templates.text("t", a="x") == "xe"
    with pytest.raises(TemplateError, match="needs a"):
        templates.render("t")


def test_every_shipped_list_declares_what_it_holds():
    templates = Templates()
    for name in templates.names():
        for key, one in templates.header(name).inputs.items() if not name.startswith("as_text/") else ():
            assert one.type != "list" or one.of is not None, (name, key)


@pytest.mark.parametrize(
    ("name", "asking", "not_asking"),
    [
        ("self_reflection/critique", ["Verdict: wrong", "last line: verdict", "判定：正確"], "Is it right?"),
        ("best_of_n/pick", ["best: 3", "最佳：1"], "Which one is best?"),
    ],
)
def test_a_shipped_template_declares_what_its_strategy_reads(name, asking, not_asking):
    reads = Templates().header(name).reads
    assert [unread(reads, text) for text in asking] == [[] for _ in asking]
    assert unread(reads, not_asking) == list(reads)
