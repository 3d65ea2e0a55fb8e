"""What docs/optimize.md shows works as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/optimize.md").read_text(encoding="utf-8")


@pytest.fixture
def here(tmp_path, monkeypatch):
    for name, content in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_commands_of_the_page_find_a_gain_and_use_it(promptkit, here):
    (commands,) = re.findall(r"<!-- commands -->\n```bash\n(.*?)```", PAGE, re.DOTALL)
    ran = [promptkit(*shlex.split(line)[1:]) for line in commands.splitlines()]
    assert [one.code for one in ran] == [0, 0, 0], [one.err for one in ran]
    assert "gain shown: cot@optimized is better than cot@plain" in ran[0].out
    assert "use it: promptkit bench stories --templates runs/plain/optimized -m nano -s cot@optimized" in ran[0].out
    assert "cot@optimized" in (here / "plain.md").read_text()
    refused = promptkit("optimize", "--run", "runs/plain")
    assert (refused.code, "wordsmith:MODEL is named by a file" in refused.err) == (2, True)
    again = promptkit("optimize", "--run", "runs/plain", "--trust")
    assert (again.code, again.out) == (0, ran[0].out), again.err


def test_the_python_of_the_page_runs(here, monkeypatch, capsys):
    monkeypatch.syspath_prepend(here)
    (code,) = re.findall(r"<!-- python -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(code, "docs/optimize.md", "exec"), {})
    assert "gain shown: " in capsys.readouterr().out


def test_the_page_names_every_file_of_the_directory(promptkit, here):
    promptkit(
        *["optimize", "stories", "-s", "cot@plain", "--templates", "prompts", "--reflection-model", "wordsmith:MODEL"],
        *["--train", "6", "--validation", "6", "--held-out", "6", "--max-calls", "60", "--run", "r"],
    )
    for file in (here / "r").iterdir():
        if file.name != "lock" and not file.name.startswith("run.sqlite-"):
            assert f"`{file.name}" in PAGE, file
