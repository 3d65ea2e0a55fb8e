"""Tasks of Inspect on the command line: `inspect:PACKAGE/TASK` and `inspect:FILE.py@TASK`."""

import importlib.util

import pytest

from promptkit import UsageError
from promptkit.tasks import load_task
from tests.cli.conftest import openai, promptkit, server  # noqa: F401 - fixtures

SUMS = """from beside import QUESTION
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import match

@task
def sums():
    return Task([Sample(QUESTION, target="24"), Sample("30 + 1?", target="31")], scorer=match(numeric=True))

@task
def failing():
    raise ValueError("no data")
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "sums_of_inspect.py").write_text(SUMS)
    (tmp_path / "beside.py").write_text('QUESTION = "20 + 4?"\n')
    return tmp_path / "sums_of_inspect.py"


def test_a_task_in_a_file_is_compared_on(promptkit, openai, file):  # noqa: F811
    ran = promptkit("bench", f"inspect:{file.name}@sums", "-m", "openai/mock", "-s", "direct", "--run", "r", "--json")
    assert ran.code == 0, ran.err
    (row,) = ran.json["rows"]
    assert (row["task"], row["correct"], row["wrong"]) == ("sums", 1, 1)
    assert "sums: read as a task of Inspect, answers as number" in ran.err


def test_a_resume_runs_its_file_only_when_told_to(promptkit, openai, file):  # noqa: F811
    assert promptkit("bench", f"inspect:{file}@sums", "-m", "openai/mock", "-s", "direct", "--run", "r").code == 0
    refused = promptkit("resume", "r")
    assert (refused.code, "add --trust" in refused.err) == (2, True)
    assert promptkit("resume", "r", "--trust").code == 0
    assert len(openai.requests) == 2


def test_a_task_that_a_package_registers_has_its_name(file):
    load_task(f"inspect:{file}@sums")  # registers it, as a package would
    assert [item.target for item in load_task("inspect:sums").items] == ["24", "31"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("inspect:nobody_has_this/task", "there is no task nobody_has_this/task: no installed package registers it"),
        ("inspect:nowhere.py@sums", "there is no task nowhere.py@sums: the file nowhere.py has none"),
        ("inspect:{file}@other", "has none; write inspect:PACKAGE/TASK"),
        ("inspect:{file}@failing", "failed with ValueError: no data"),
    ],
)
def test_what_can_not_be_loaded_is_one_line(file, name, told):
    with pytest.raises(UsageError) as raised:
        load_task(name.format(file=file))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_without_inspect_the_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *_: None)
    with pytest.raises(UsageError, match="needs the package inspect-ai; pip install inspect-ai"):
        load_task("inspect:package/task")
