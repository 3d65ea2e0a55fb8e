"""Chat templates as real models have them: a system text of their own, no system role, a switch for thoughts."""

import asyncio

import pytest

from promptkit import GGUF, Prompt
from tests.providers.test_gguf import with_template

pytest.importorskip("xllamacpp", reason="xllamacpp is not installed")

TURNS = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}"
OWN_SYSTEM_TEXT = "{% if messages[0].role != 'system' %}system: I am nano\n{% endif %}" + TURNS
NO_SYSTEM_ROLE = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}" + TURNS
SWITCH = TURNS + "{% if enable_thinking %}think:{% else %}say:{% endif %}"


def read(tmp_path, template, prompt, **options):
    """The text that the model of this template reads, as its engine renders it, and the tokens of both routes."""
    model = GGUF(with_template(tmp_path, template), max_tokens=1, **options)
    plain = asyncio.run(model.complete(prompt))
    engine = model._engines._idle[-1]
    text = engine.rendered([m.model_dump() for m in prompt.messages], model._sampling.request(prompt))
    same = engine.tokens(text, control=True, first=True)
    asyncio.run(model.aclose())
    assert len(same) == plain.usage.input_tokens
    return text.rstrip(" ")  # what fills the place of the template in the file


ASKED = Prompt.of("2+3?")


def test_a_template_s_own_system_text_stands_where_the_prompt_has_none(tmp_path):
    assert read(tmp_path, OWN_SYSTEM_TEXT, ASKED) == "system: I am nano\nuser: 2+3?\n"
    assert read(tmp_path, OWN_SYSTEM_TEXT, Prompt.of("2+3?", system="Be brief.")) == "system: Be brief.\nuser: 2+3?\n"


def test_without_a_system_role_the_system_text_stands_before_the_question(tmp_path):
    assert read(tmp_path, NO_SYSTEM_ROLE, ASKED) == "user: 2+3?\n"
    assert read(tmp_path, NO_SYSTEM_ROLE, Prompt.of("2+3?", system="Be brief.")) == "user: Be brief.\n2+3?\n"


@pytest.mark.parametrize(("thinks", "end"), [(True, "think:"), (False, "say:")])
def test_a_template_s_switch_is_an_option_of_the_model(tmp_path, thinks, end):
    switched = {"extra": {"chat_template_kwargs": {"enable_thinking": thinks}}}
    assert read(tmp_path, SWITCH, ASKED, **switched) == f"user: 2+3?\n{end}"


@pytest.mark.parametrize(("effort", "end"), [("high", "think:"), ("none", "say:")])
def test_an_effort_is_the_template_s_switch(tmp_path, effort, end):
    assert read(tmp_path, SWITCH, ASKED.with_effort(effort)) == f"user: 2+3?\n{end}"
