"""`assert_not_worse` in somebody's tests: passes, fails, and is inconclusive."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = """
import pytest
from promptkit import ChainOfThought, FunctionModel, UsageError

def reply(prompt):
    number = int("".join(filter(str.isdigit, prompt.question)))
    return "The answer is 24." if "step by step" in prompt.question or number % 2 else "The answer is 7."

MODEL = FunctionModel(reply, name="m")
TASK = [(f"Number {i}?", 24) for i in range(40)]
"""


def run(tmp_path, body):
    """What pytest makes of a file of tests, in a folder of its own."""
    (tmp_path / "test_it.py").write_text(HEAD + body)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "promptkit.pytest_plugin",
            "-p",
            "no:cacheprovider",
            "-rs",
            "test_it.py",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def test_what_is_not_worse_passes_and_returns_the_result(tmp_path):
    code, out = run(
        tmp_path,
        """
def test_cot(assert_not_worse):
    result = assert_not_worse(ChainOfThought(MODEL), MODEL, TASK, margin=0.02, answer="number")
    assert result.rows[0].accuracy == 1

def test_specifications(assert_not_worse):
    assert_not_worse("cot", "direct", TASK, margin=0.02, model=MODEL, answer="number")

def test_a_grader(assert_not_worse):
    assert_not_worse("cot", "direct", TASK, margin=0, model=MODEL, grader=lambda reply, item: item.target in reply)
""",
    )
    assert (code, "3 passed" in out) == (0, True), out


def test_what_is_worse_fails_with_its_interval(tmp_path):
    code, out = run(
        tmp_path,
        """
def test_direct(assert_not_worse):
    assert_not_worse(MODEL, ChainOfThought(MODEL), TASK, margin=0.02, answer="number")
""",
    )
    assert code == 1
    assert "new is worse than baseline by more than 2 points (questions on m: −50.0 points, 95 % interval" in out
    assert "promptkit/pytest_plugin.py" not in out


def test_what_can_not_be_told_fails_or_is_skipped(tmp_path):
    code, out = run(
        tmp_path,
        """
def test_fails(assert_not_worse):
    assert_not_worse(MODEL, MODEL, TASK[:3], margin=0.02, answer="number")

def test_skips(assert_not_worse):
    assert_not_worse(MODEL, MODEL, TASK[:3], margin=0.02, answer="number", on_unclear="skip")
""",
    )
    assert (code, "1 failed, 1 skipped" in out) == (1, True), out
    assert out.count("not enough data to tell whether new is worse than baseline by more than 2 points") >= 2
    assert "; give more items" in out


def test_wrong_arguments_and_missing_attempts_fail(tmp_path):
    code, out = run(
        tmp_path,
        """
def test_margin(assert_not_worse):
    with pytest.raises(UsageError, match="`margin` is a fraction of 1"):
        assert_not_worse(MODEL, MODEL, TASK, margin=2, answer="number")
    with pytest.raises(UsageError, match="`on_unclear`"):
        assert_not_worse(MODEL, MODEL, TASK, margin=0.1, answer="number", on_unclear="pass")

def test_incomplete(assert_not_worse):
    def fails(reply, item):
        if item.id == "2":
            raise KeyError
        return True
    assert_not_worse("cot", "direct", TASK, margin=0.3, model=MODEL, grader=fails)
""",
    )
    assert (code, "1 failed, 1 passed" in out) == (1, True), out
    assert "the comparison is incomplete" in out


def test_it_is_declared_as_a_plugin_and_imports_little():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"promptkit.pytest_plugin": "promptkit.pytest_plugin"}
    heavy = ["numpy", "scipy", "pydantic", "jinja2", "rich", "typer", "openai", "promptkit.bench"]
    code = f"import promptkit.pytest_plugin, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stdout.strip() == "[]"
