"""Template files of any text, and any values for the inputs of the shipped ones: messages, or a mistake by name."""

import contextlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from promptkit import TemplateError, Templates, UsageError
from promptkit.cli.template import render
from tests.fuzz.test_hostile_files import VALUES
from tests.fuzz.test_hostile_replies import DATA

FUZZ = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SHIPPED = Templates().names()
# fmt: off
PIECES = st.sampled_from([
    *("{{ ", " }}", "{% ", " %}", "{# ", " #}", "---\n", "\n", "{%- ", "-%}", "|", ".", "(", ")", "[0]", "'", '"', "="),
    *("block system", "block user", "block x", "endblock", "extends 'promptkit/chain_of_thought/think.j2'", "if x"),
    *("endif", "else", "for i in x", "for i in range(3)", "endfor", "set x = 1", "set x.y = 1", "include 't.j2'", ","),
    *("extends 't.j2'", "import 't.j2' as t", "macro m(a)", "endmacro", "call m(1)", "endcall", "raw", "endraw"),
    *("x", "y", "loop", "super()", "caller", "m(1)", "x|join", "x|attr('__class__')", "x.__class__", "x is defined"),
    *("x|tojson", "x|int", "x|batch(2)", "x|sort", "'%s'|format(x)", "x * 9", "1 / 0", "not", "lipsum", "self"),
    *("namespace()", "inputs: {x: {type: text}}\n", "inputs: [", "version: 2020-99-99\n", "&a [*a]", "\0"),
])
# fmt: on
SOURCES = st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join)


@FUZZ
@example(source="{% include 't.j2' %}", value=1)
@example(source="{{ x * 10**15 }}", value="a")
@example(source="{% set x.y = 1 %}", value=1)
@example(source="{{ " + "(" * 9999 + " }}", value=1)
@example(source="{% if x %}" * 200 + "{% endif %}" * 200, value=1)
@example(source="{% for i in [1] %}" * 30 + "{% endfor %}" * 30, value=1)
@example(source="---\nversion: 2020-99-99\n---\n", value=1)
@example(source="---\nversion: " + "[" * 9999 + "\n---\n", value=1)
@given(source=SOURCES | st.binary(max_size=60), value=VALUES)
def test_any_file_is_a_template_or_a_mistake(tmp_path, source, value):
    (tmp_path / "t.j2").write_bytes(source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass"))
    mine = Templates((tmp_path,))
    with contextlib.suppress(TemplateError):
        mine.header("t")
    with contextlib.suppress(TemplateError):
        assert {message.role for message in mine.render("t", x=value)} <= {"system", "user"}


@pytest.mark.parametrize("name", SHIPPED)
@FUZZ
@given(data=st.data())
def test_any_values_make_the_messages_of_a_template_or_a_mistake(name, data):
    inputs = Templates().header(name).inputs
    values = {key: data.draw(DATA | VALUES, label=key) for key in inputs}
    usual = [m.role for m in Templates().render(name, **{key: given.sample for key, given in inputs.items()})]
    with contextlib.suppress(TemplateError):
        made = [message.role for message in Templates().render(name, **values)]
        assert made == [role for role in usual if role in made]  # a message without text is left out


@FUZZ
@example(key="examples", value="2020-99-99")
@example(key="examples", value="[" * 9999)
@given(key=st.sampled_from(["question", "examples", "rules", "candidates", "steps", ""]) | st.text(), value=SOURCES)
@pytest.mark.parametrize("name", SHIPPED)
def test_any_text_on_the_command_line_is_a_value_or_a_mistake(name, key, value):
    with contextlib.suppress(UsageError):
        render(name, set_=[f"{key}={value}"])
