"""Commands in a folder of somebody else's, and on records and tasks of somebody else's: none of that code runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from promptkit.cli.app import COMMANDS
from tests.record.runs import old_run

ROOT = Path(__file__).parents[2]
MODULES = (
    "random",
    "csv",
    "yaml",
    "json",
    "jinja2",
    "pydantic",
    "typer",
    "rich",
    "asyncio",
    "ast",
    "re",
    "lazy_loader",
)
NAMES = (
    *MODULES,
    "__future__",
    "conftest",
    "sitecustomize",
    "usercustomize",
    "numpy",
    "scipy",
    "vl_convert",
    "pyarrow",
)
LAUNCHERS = {
    "script": ["bin/promptkit"],  # as an installer writes it
    "module": ["-m", "promptkit"],
}
# fmt: off
CALLS = {
    "ask": ["ask", "What is 3 + 4?", "-m", "openai/mock", "-s", "cot", "--trace"],
    "preview": ["preview", "What is 3 + 4?", "-s", "cot+reflect"],
    "bench": ["bench", "task.jsonl", "--answer", "number", "-m", "openai/mock", "-s", "direct,cot", "--run", "new"],
    "resume": ["resume", "old", "--dry-run"],
    "status": ["status", "old"],
    "ablate": ["ablate", "task.jsonl", "--answer", "number", "-m", "openai/mock", "-s", "plan", "--dry-run"],
    "optimize": ["optimize", "stories", "-m", "openai/mock", "-s", "cot", "--dry-run"],
    "judge": ["judge", "--help"],  # the only call that asks nothing
    "label": ["label", "old", "--export", "labels.csv"],
    "feedback": ["feedback", "--help"],
    "choose": ["choose", "old"],
    "check": ["check", "old", "--min-accuracy", "0.00"],
    "compare": ["compare", "old", "older"],
    "report": ["report", "old", "--output", "report.html"],
    "power": ["power", "old", "--difference", "0.1"],
    "flips": ["flips", "old"],
    "curve": ["curve", "old"],
    "score": ["score", "outputs.jsonl", "--answer", "number"],
    "rescore": ["rescore", "old"],
    "techniques": ["techniques", "show", "cot"],
    "serve": ["serve", "--help"],
    "models": ["models"],
    "pull": ["pull", "--help"],  # its library is not installed for tests
    "plugins": ["plugins", "--shipped"],
    "examples": ["examples", "bootstrap", "--help"],  # the only call that asks nothing
    "task": ["task", "check", "task.jsonl", "--answer", "number"],
    "template": ["template", "render", "chain_of_thought/think", "--set", "question=q"],
}
# fmt: on


class Folder:
    """A folder in which every name is a trap: a module that leaves a trace when its code runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.work = path / "work"
        self.work.mkdir()
        (path / "bin").mkdir()
        (path / "bin" / "promptkit").write_text("from promptkit.cli.app import main\nmain()\n")

    def trap(self, *names: str) -> None:
        for name in names:
            (self.work / f"{name}.py").write_text(f"open({str(self.path / name)!r} + '.ran', 'w')\nclass Vote: pass\n")

    def ran(self) -> list[str]:
        return sorted(path.stem for path in self.path.glob("*.ran"))

    def promptkit(self, *arguments: str, launcher: str = "script") -> subprocess.CompletedProcess[str]:
        (program, *more) = LAUNCHERS[launcher]
        started = [program if program.startswith("-") else str(self.path / program), *more]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "", "COLUMNS": "140"}
        return subprocess.run(
            [sys.executable, *started, *arguments],
            cwd=self.work,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path)
    row = {"question": "What is 3 + 4?", "target": "7"}
    (made.work / "task.jsonl").write_text(json.dumps(row) + "\n")
    (made.work / "outputs.jsonl").write_text(json.dumps({**row, "output": "7"}) + "\n")
    return made


@pytest.mark.parametrize("launcher", LAUNCHERS)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_runs_no_code_of_the_folder_it_is_called_in(folder, openai, command, launcher):
    if command == "report":
        pytest.importorskip("vl_convert", reason="a page needs the extra `report`")
    old_run(folder.work / "old")
    old_run(folder.work / "older")
    folder.trap(*NAMES)
    if launcher == "script":
        folder.trap("promptkit")  # `python -m promptkit` is asked of Python, which finds that one first
    done = folder.promptkit(*CALLS[command], launcher=launcher)
    assert (folder.ran(), done.returncode) == ([], 0), done.stderr


@pytest.mark.parametrize("launcher", LAUNCHERS)
def test_a_module_of_the_folder_is_found_when_it_is_named_and_after_those_of_python(folder, launcher):
    folder.trap("mine", *MODULES)
    (folder.work / "mine.py").write_text(
        "import random, yaml, rich\n"
        "from promptkit import FunctionModel\n"
        "MODEL = FunctionModel(lambda _: '7', name='m')\n"
    )
    done = folder.promptkit("ask", "?", "-m", "mine:MODEL", launcher=launcher)
    assert (done.returncode, done.stdout, folder.ran()) == (0, "7\n", [])


def test_a_name_that_python_has_is_pythons_and_the_error_shows_whose_it_is(folder):
    folder.trap("csv")
    done = folder.promptkit("preview", "?", "-s", "csv:Vote")
    assert (done.returncode, folder.ran()) == (2, [])
    assert "there is no 'Vote' in it; correct the name (the module is " in done.stderr
    assert str(folder.work) not in done.stderr


MINE = """
open({trace!r}, "w")
from promptkit import Answer, FunctionModel, PromptStrategy
MODEL = FunctionModel(lambda _: "7", name="mine")
class Same(PromptStrategy):
    def rewrite(self, prompt): return prompt
class Digit:
    def find(self, text): return Answer(text, text, "digit", text, explicit=True)
    def check(self, target): pass
    def accepts(self, answer, target): return answer.key == target
"""


@pytest.fixture
def mine(folder):
    (folder.work / "mine.py").write_text(MINE.format(trace=str(folder.path / "mine.ran")))
    return folder


def forget(folder: Folder) -> None:
    (folder.path / "mine.ran").unlink()


RUN = ("bench", "task.jsonl", "--run", "r")


@pytest.mark.parametrize(
    "named",
    [
        ("-m", "mine:MODEL", "-s", "direct", "--answer", "number"),
        ("-m", "openai/mock", "-s", "cot,mine:Same", "--answer", "number"),
        ("-m", "openai/mock", "-s", "cot+reflect(critic='mine:MODEL')", "--answer", "number"),
        ("-m", "openai/mock", "-s", "direct", "--answer", "mine:Digit"),
    ],
    ids=["model", "strategy", "critic", "answer type"],
)
def test_resume_imports_what_the_record_names_only_when_told_to(mine, openai, named):
    assert mine.promptkit(*RUN, *named).returncode == 0
    forget(mine)
    refused = mine.promptkit("resume", "r")
    assert (refused.returncode, mine.ran(), refused.stderr.count("\n")) == (2, [], 1)
    assert "is named by a file (a record or a task), not on the command line" in refused.stderr
    assert "add --trust" in refused.stderr
    told = mine.promptkit("resume", "r", "--trust")
    assert (told.returncode, mine.ran()) == (0, ["mine"]), told.stderr


def test_what_is_typed_again_needs_no_more_telling(mine, openai):
    named = ("-m", "mine:MODEL", "-s", "direct", "--answer", "number")
    assert mine.promptkit(*RUN, *named).returncode == 0
    assert mine.promptkit(*RUN, *named).returncode == 0


def test_a_module_that_was_typed_allows_no_other_name_of_a_record(mine, openai):
    assert mine.promptkit(*RUN, "-m", "mine:MODEL", "-s", "direct,mine:Same", "--answer", "number").returncode == 0
    done = mine.promptkit("bench", "--run", "r", "-m", "mine:MODEL")
    assert (done.returncode, "mine:Same is named by a file" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", ["rescore", "curve", "flips", "report"])
def test_what_reads_a_record_imports_its_answer_type_only_when_told_to(mine, openai, command):
    # fmt: off
    strategies = "cot+reflect,self-consistency(draws=3,temperature=1)"
    assert mine.promptkit(*RUN, "-m", "openai/mock", "-s", strategies, "--answer", "mine:Digit").returncode == 0
    # fmt: on
    forget(mine)
    arguments = [command, "r", *(["--format", "md"] if command == "report" else [])]
    refused = mine.promptkit(*arguments)
    assert (refused.returncode, mine.ran()) == (2, []), refused.stdout
    assert "the replies of r can't be judged: mine:Digit is named by a file" in refused.stderr
    told = mine.promptkit(*arguments, "--trust")
    assert (told.returncode, mine.ran()) == (0, ["mine"]), told.stderr


def test_a_task_file_has_its_answer_type_imported_only_when_told_to(mine):
    (mine.work / "task.yaml").write_text("name: t\nanswer: mine:Digit\ndata: task.jsonl\n")
    bench = ("bench", "task.yaml", "-m", "openai/mock", "-s", "direct", "--dry-run")
    refused = mine.promptkit(*bench)
    assert (refused.returncode, mine.ran(), refused.stderr.count("\n")) == (2, [], 1)
    assert "promptkit: task task.yaml: " in refused.stderr
    assert mine.promptkit(*bench, "--trust").returncode == 0
    assert mine.promptkit(*bench, "--answer", "mine:Digit").returncode == 0


def test_the_command_that_resumes_a_run_of_ones_own_has_the_option(mine):
    named = ("-m", "mine:MODEL", "-s", "direct", "--answer", "number")
    assert "resume it with: promptkit resume r --trust" in mine.promptkit(*RUN, *named, "--max-calls", "0").stderr
