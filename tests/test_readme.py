"""The README's Python runs, and its commands are the ones that exist."""

import re
from pathlib import Path

import pytest

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- python -->\n```python\n(.*?)```", README, re.DOTALL)


def test_there_is_python_in_the_readme():
    assert len(BLOCKS) >= 2


@pytest.mark.parametrize("block", BLOCKS)
def test_the_readmes_python_runs(block, capsys):
    pytest.importorskip("xllamacpp", reason="the bundled model needs the extra `local`")
    exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_the_two_commands_are_one_line_each():
    for marker in ("bench", "test"):
        (command,) = re.findall(rf"<!-- {marker} -->\n```bash\n(.*?)\n```", README, re.DOTALL)
        assert "\n" not in command
        assert command.startswith("pip install")
