"""`promptkit template stubs`: functions that work, and that a type checker sees through."""

import importlib.util
import subprocess
import sys

import pytest

from promptkit import Prompt, TemplateError, Templates
from promptkit.wording.stubs import identifier, stubs

HEADER = """---
description: Answer a "customer".
inputs:
  question: text
  steps: {type: list, of: {asked: text, many: {type: number, default: 1}}}
  tone: {type: text, default: kind}
---
"""


@pytest.fixture
def module(tmp_path):
    """The path of a module written for one template."""
    (tmp_path / "prompts/support").mkdir(parents=True)
    (tmp_path / "prompts/support/reply.j2").write_text(
        HEADER + "{{ question }} {{ tone }}{% for s in steps %} {{ s.asked }}{% endfor %}"
    )
    (tmp_path / "prompts/_part.j2").write_text("a part")
    file = tmp_path / "made.py"
    file.write_text(stubs(Templates((tmp_path / "prompts",)), "prompts"))
    return file


def test_the_functions_make_prompts(module):
    spec = importlib.util.spec_from_file_location("made", module)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    assert made.support_reply(question="Why?", steps=[{"asked": "How?"}]) == Prompt.of("Why? kind How?")
    assert made.support_reply(question="Why?", steps=[], tone="curt") == Prompt.of("Why? curt")
    assert not hasattr(made, "part")


CALLS = {
    'made.support_reply(question="Why?", steps=[{"asked": "How?"}])': "",
    'made.support_reply(qestion="Why?", steps=[])': 'Unexpected keyword argument "qestion"',
    'made.support_reply(question="Why?")': 'Missing named argument "steps"',
    "made.support_reply(question=3, steps=[])": 'Argument "question"',
    'made.support_reply(question="Why?", steps=[{"askd": "How?"}])': '"askd"',
}


def test_a_type_checker_sees_a_misspelt_or_missing_input(module, tmp_path):
    (tmp_path / "app.py").write_text("\n".join(["import made", *CALLS]) + "\n")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "app.py", "made.py"]
    options = ["--cache-dir", str(tmp_path / "mypy"), "--follow-imports", "skip"]  # of what it checks, these two alone
    done = subprocess.run([*command, *options], cwd=tmp_path, capture_output=True, text=True, check=False)
    found = done.stdout.splitlines()
    for line, error in enumerate(CALLS.values(), start=2):
        here = [text for text in found if text.startswith(f"app.py:{line}:")]
        assert bool(here) == bool(error), done.stdout
        assert error in "".join(here)
    assert all(text.startswith("app.py:") for text in found), done.stdout


def test_two_templates_of_one_name_in_python_are_refused(tmp_path):
    for name in ("a-b", "a_b"):
        (tmp_path / f"{name}.j2").write_text("---\ninputs: {x: text}\n---\n{{ x }}")
    with pytest.raises(TemplateError, match=r"would both be a_b\(\)"):
        stubs(Templates((tmp_path,)), ".")


def test_names_of_templates_are_names_in_python():
    assert [identifier(n) for n in ("support/reply.short", "3x", "class")] == ["support_reply_short", "_3x", "class_"]
