"""The README's Python runs, and its commands are the ones that exist."""

import re
from pathlib import Path

import pytest

from benchmarks.techniques.readme import with_tables
from promptkit.techniques.measured import Row, Run, read_results

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


def test_the_tables_of_other_models_are_those_of_the_results_file():
    assert with_tables(README, read_results()) == README


def test_a_model_that_was_measured_gets_a_table_and_the_bundled_one_none():
    same = {
        "task": "stories",
        "n": 25,
        "calls": 1.0,
        "input_tokens": 9.0,
        "output_tokens": 9.0,
        "low": 0.1,
        "high": 0.9,
    }
    none = dict.fromkeys(("difference", "difference_low", "difference_high"))
    gained = {"difference": 0.3, "difference_low": 0.1, "difference_high": 0.5}
    direct = Row(technique="direct", spec="direct", accuracy=0.2, **same, **none)
    cot = Row(technique="cot", spec="cot", accuracy=0.5, **same, **gained)
    about = {"command": "measure it", "date": "2026-11-26", "versions": {}, "rows": [direct, cot]}
    text = with_tables(README, [Run(model="nano", **about), Run(model="gguf/small", **about)])
    assert "| small | `stories` |\n|---|--:|\n| direct | 20 |\n| cot | **50** |\n" in text
    assert text.count("measure it") == 1
    rarer = about | {"rows": [direct, cot.model_copy(update={"technique": "analogical"})]}
    assert "measure it" not in with_tables(README, [Run(model="gguf/small", **rarer)])
