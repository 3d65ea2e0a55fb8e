"""Packages that add something: the one that docs/plugins.md describes, and broken ones; and code without a package."""

import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from promptkit.cli.app import main
from tests.loopback import server  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
QUESTION = "What is 7 + 7 in Roman numerals?"


def block(name: str) -> str:
    """The code below `<!-- name -->` in docs/plugins.md."""
    (found,) = re.findall(rf"<!-- {re.escape(name)} -->\n```\w+\n(.*?)```", DOCUMENT, re.DOTALL)
    return found


@dataclass
class Ran:
    code: int
    out: str
    err: str


class Machine:
    """A folder to work in, one with packages, and a command line."""

    def __init__(self, folder: Path) -> None:
        self.work, self.site = folder / "work", folder / "site"
        self.work.mkdir()
        self.site.mkdir()

    def install(self, name: str, version: str, entry_points: dict[str, dict[str, str]]) -> None:
        """What an installer leaves of a package, its modules apart."""
        info = self.site / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        lines = [
            f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in names.items()) for group, names in entry_points.items()
        ]
        (info / "entry_points.txt").write_text("\n".join(lines))

    def promptkit(self, *arguments: str, **environment: str) -> Ran:
        path = os.pathsep.join([str(self.site), str(ROOT)])
        done = subprocess.run(
            [sys.executable, "-m", "promptkit", *arguments],
            cwd=self.work,
            env={**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "error", **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def here(machine, monkeypatch, capsys):
    """The same command line in this process: what a process takes a second for is done in a hundredth."""
    before = set(sys.modules)
    monkeypatch.chdir(machine.work)
    monkeypatch.syspath_prepend(machine.site)

    def run(*arguments: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["promptkit", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return Ran(int(str(code or 0)), out, err)

    yield run
    for name in {"acme", "mine", "crash"} - before:
        sys.modules.pop(name, None)


@pytest.fixture
def acme(machine):
    """The package of docs/plugins.md is installed, and a task for it stands in the folder."""
    project = tomllib.loads(block("pyproject.toml"))["project"]
    (machine.site / "acme.py").write_text(block("acme.py"))
    machine.install(project["name"], project["version"], project["entry-points"])
    rows = [{"question": QUESTION, "target": "XIV"}, {"question": "What is 2 + 2 in Roman numerals?", "target": "IV"}]
    (machine.work / "romans.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return machine


def test_the_commands_of_the_document_run(acme):
    commands = [line.removeprefix("promptkit ") for line in block("commands").splitlines()]
    assert len(commands) == 6
    for command in commands:
        arguments = [a.strip("\"'") for a in re.findall(r"\"[^\"]*\"|\S+", command)]
        done = acme.promptkit(*arguments)
        assert (done.code, done.out != "") == (0, True), (command, done)
    counts = json.loads((acme.work / "runs" / "romans" / "report.totals").read_text())
    assert counts == {"direct: correct": 1, "direct: wrong": 1, "are-you-sure: correct": 1, "are-you-sure: wrong": 1}


def test_a_strategy_by_name_and_by_path_asks_the_same(acme):
    by_name, by_path = (
        acme.promptkit("ask", QUESTION, "-m", "canned/one", "-s", f"{name}(times=2)", "--json")
        for name in ("are-you-sure", "acme:AreYouSure")
    )
    named, pathed = json.loads(by_name.out), json.loads(by_path.out)
    assert named["usage"] == pathed["usage"]
    assert (named["usage"]["calls"], named["text"]) == (3, "The answer is XIV.")


def test_a_model_of_a_package_is_asked_by_its_own_name_and_key(acme, server):  # noqa: F811 - the fixture
    server.answer = lambda turns: "XIV"
    environment = {"ACME_URL": server.openai_url, "ACME_API_KEY": "sk-acme", "OPENAI_API_KEY": "sk-other"}
    done = acme.promptkit("ask", QUESTION, "-m", "acme/large", "--answer", "roman", "--json", **environment)
    assert (json.loads(done.out)["answer"], json.loads(done.out)["trace"][0]["by"]) == ("XIV", "acme/large")
    del environment["ACME_API_KEY"]
    assert acme.promptkit("ask", QUESTION, "-m", "acme/large", **environment).out == "XIV\n"
    assert [r.headers["authorization"] for r in server.requests] == ["Bearer sk-acme", "Bearer unused"]


def test_a_task_file_names_an_answer_type_of_a_package(acme):
    (acme.work / "romans.yaml").write_text("name: romans\nanswer: roman\ndata: romans.jsonl\n")
    done = acme.promptkit("bench", "romans.yaml", "-m", "canned/one", "-s", "direct", "--run", "r", "--json")
    assert (done.code, json.loads(done.out)["rows"][0]["correct"]) == (0, 1)


def test_a_target_that_the_grader_refuses_is_named_with_its_line(acme):
    (acme.work / "romans.jsonl").write_text('{"question": "7?", "target": "seven"}\n')
    done = acme.promptkit("bench", "romans.jsonl", "--answer", "roman", "-m", "canned/one", "-s", "direct")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "romans.jsonl: its only row can't be used: line 1: the target 'seven' is not a Roman numeral" in done.err


def test_a_run_is_judged_again_while_the_answer_type_is_there_and_else_one_line_names_it(acme):
    arguments = ("romans.jsonl", "--answer", "roman", "-m", "canned/one", "-s", "direct,are-you-sure", "--run", "r")
    assert acme.promptkit("bench", *arguments).code == 0
    assert "of 4 replies" in acme.promptkit("rescore", "r").out
    for file in acme.site.glob("*.dist-info/*"):
        file.unlink()
    done = acme.promptkit("rescore", "r")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "the replies of r can't be judged here: unknown answer type 'roman'" in done.err
    assert "install the package that it is of, or give another answer type" in done.err
    assert acme.promptkit("rescore", "r", "--answer", "text").code == 0
    assert acme.promptkit("report", "r", "--format", "md").code == 0


def test_the_list_has_what_packages_add_with_its_state(acme):
    acme.install("broken", "0.1", {"promptkit.strategies": {"crash": "crash:Crash", "cot": "acme:AreYouSure"}})
    (acme.site / "crash.py").write_text("1 / 0\n")
    acme.install("rival", "3.0", {"promptkit.models": {"canned": "acme:canned"}})
    rows = json.loads(acme.promptkit("plugins", "--json").out)["plugins"]
    assert [(r["group"], r["name"], r["ok"]) for r in rows] == [
        ("promptkit.strategies", "are-you-sure", True),
        ("promptkit.strategies", "cot", False),
        ("promptkit.strategies", "crash", False),
        ("promptkit.models", "acme", True),
        ("promptkit.models", "canned", False),
        ("promptkit.models", "canned", False),
        ("promptkit.reports", "totals", True),
        ("promptkit.graders", "brief", True),
        ("promptkit.graders", "roman", True),
    ]
    assert {key: rows[0][key] for key in ("what", "distribution", "version", "state")} == {
        "what": "acme:AreYouSure",
        "distribution": "promptkit-acme",
        "version": "1.0",
        "state": "ok",
    }
    table = acme.promptkit("plugins").out
    assert "the technique 'cot' is promptkit's own, and broken 0.1 (acme:AreYouSure) registers another" in table
    assert "'crash' of broken 0.1 (crash:Crash): can't import crash:Crash: ZeroDivisionError" in table
    assert "promptkit-acme 1.0 (acme:canned) and rival 3.0 (acme:canned) both register the provider 'canned'" in table


def test_the_list_without_packages_says_so_and_has_our_own_names_when_asked(machine):
    assert "no installed package registers anything" in machine.promptkit("plugins").out
    shipped = json.loads(machine.promptkit("plugins", "--shipped", "--json").out)["plugins"]
    assert {"cot", "nano", "html", "number"} <= {row["name"] for row in shipped}
    assert all(row["ok"] and row["distribution"] == "promptkit" for row in shipped)


def test_models_lists_the_providers_of_packages(acme):
    out = acme.promptkit("models").out
    assert re.search(r"^ *acme +promptkit-acme 1\.0 +\(ready\)$", out, re.MULTILINE)


def test_a_broken_package_disturbs_nobody_who_does_not_ask_for_it(acme):
    groups = ("strategies", "models", "reports", "graders")
    acme.install("broken", "0.1", {f"promptkit.{group}": {"crash": "crash:Crash"} for group in groups})
    assert acme.promptkit("ask", QUESTION, "-m", "canned/one", "-s", "cot").out == "The answer is XIV.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["ask", "?", "-s", "crash"],
            "'crash' of broken 0.1 (crash:Crash): can't import crash:Crash: there is no module",
        ),
        (["ask", "?", "-m", "crash/x"], "'crash' of broken 0.1 (crash:Crash): can't import crash:Crash"),
        (["ask", "?", "--answer", "crash"], "--answer crash: 'crash' of broken 0.1 (crash:Crash): can't import"),
        (["report", "r", "--format", "crash"], "'crash' of broken 0.1 (crash:Crash): can't import crash:Crash"),
        (["ask", "?", "-s", "cot"], "'cot' is promptkit's own, and broken 0.1 (acme:gateway) registers another"),
        (["ask", "?", "-m", "vllm/x"], "'vllm' is promptkit's own, and broken 0.1 (acme:gateway) registers another"),
        (["ask", "?", "-s", "direct+are-you-sur"], "direct is the bare model"),
        (["ask", "?", "-s", "are-you-sur"], "did you mean are-you-sure?"),
        (["ask", "?", "-m", "cannd/one"], "did you mean canned?"),
        (["ask", "?", "--answer", "romn"], "did you mean roman?"),
        (["report", "r", "--format", "total"], "did you mean totals?"),
        (["ask", "?", "-m", "canned"], "model 'canned' names no model; write canned/NAME"),
        (["ask", "?", "-s", "are-you-sure(times=two)"], "are-you-sure: times='two': Input should be a valid integer"),
    ],
)
def test_a_mistake_with_a_package_is_one_line_and_exit_code_2(acme, here, arguments, message):
    groups = ("strategies", "models", "reports", "graders")
    broken = {f"promptkit.{group}": {"crash": "crash:Crash"} for group in groups}
    broken["promptkit.strategies"]["cot"] = broken["promptkit.models"]["vllm"] = "acme:gateway"
    acme.install("broken", "0.1", broken)
    done = here(*arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done
    assert message in done.err


MINE = """
from dataclasses import dataclass
from promptkit import Answer, Backend, Completion, FunctionModel, Strategy

ANSWERS = FunctionModel(lambda prompt: "The answer is 7.", name="mine")
NUMBER = 7

def model(seed): return FunctionModel(lambda prompt: f"seed {seed}", name="mine")
def named(*, name="x"): return FunctionModel(lambda prompt: name, name="mine")
def failing(name=""): raise KeyError("MINE_KEY")
async def late(): return ANSWERS
def text(prompt): return "7"

class Bare:
    async def complete(self, prompt): return await ANSWERS.complete(prompt)

class Nameless(Bare):
    name, endpoint = None, ""
    async def aclose(self): pass

class Texts(Nameless):
    name = "texts"
    async def complete(self, prompt): return "7"

class NotAsync(Texts):
    def complete(self, prompt): return "7"

class Raises(Texts):
    async def complete(self, prompt): raise RuntimeError("no\\nluck")

@dataclass(frozen=True)
class ReturnsText(Strategy):
    async def solve(self, prompt, ask): return (await ask(prompt)).text

@dataclass(frozen=True)
class Divides(Strategy):
    async def solve(self, prompt, ask): return 1 / 0

class AnyBackend:
    def __init__(self, backend): pass
    async def complete(self, prompt): return "7"

class Half:
    def find(self, text): return None

class FindsText:
    def find(self, text): return "7"
    def check(self, target): pass
    def accepts(self, answer, target): return True

class FindRaises(FindsText):
    def find(self, text): return 1 / 0

class Demands(FindsText):
    def __init__(self, language): pass

def grader(): return FindsText()
def nothing(run, output): return None
def crashing(run, output): return run.nothing
"""


@pytest.fixture
def mine(machine):
    (machine.work / "mine.py").write_text(MINE)
    (machine.work / "task.jsonl").write_text('{"question": "3 + 4?", "target": "7"}\n')
    return machine


def test_a_model_by_path_is_an_instance_or_what_makes_one(mine, here):
    assert here("ask", "?", "-m", "mine:ANSWERS").out == "The answer is 7.\n"
    assert here("ask", "?", "-m", "mine:model", "--seed", "3").out == "seed 3\n"
    assert here("ask", "?", "-m", "mine:named").out == "x\n"
    assert here("ask", "?", "-m", "mine:named/some-name:7").out == "some-name:7\n"


BENCH = ("bench", "task.jsonl", "--answer", "number", "--run", "r")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "?", "-m", "mine:nobody"], "can't import mine:nobody: there is no 'nobody' in it"),
        (["ask", "?", "-m", "mime:x"], "can't import mime:x: there is no module 'mime'"),
        (["ask", "?", "-m", "mine:"], "write module:name"),
        (["ask", "?", "-m", "mine:NUMBER"], "mine:NUMBER: 7 can't be called; name a class or a function"),
        (["ask", "?", "-m", "mine:ANSWERS/x"], "mine:ANSWERS is one model and takes no name; write mine:ANSWERS"),
        (["ask", "?", "-m", "mine:late/x"], "mine:late is one model and takes no name"),
        (["ask", "?", "-m", "mine:late"], "mine:late is or makes a coroutine, which is not a model"),
        (["ask", "?", "-m", "mine:failing/x"], "mine:failing failed with KeyError: 'MINE_KEY' ("),
        (["ask", "?", "-m", "mine:text"], "model 'mine:text' names no model; write mine:text/NAME"),
        (["ask", "?", "-m", "mine:text/x"], "a str, which is not a model: it has no complete(prompt); wrap a function"),
        (["ask", "?", "-m", "mine:Bare"], "a Bare, which is not a model: it has no name, endpoint, aclose;"),
        (["ask", "?", "-m", "mine:Nameless"], "mine:Nameless: its name is None; give it a text"),
        (["ask", "?", "-m", "mine:Texts"], "mine:Texts answered with a str; complete(prompt) returns a Completion"),
        (
            ["ask", "?", "-m", "mine:NotAsync"],
            "mine:NotAsync failed with TypeError: object str can't be used in 'await'",
        ),
        (["ask", "?", "-m", "mine:Raises"], "mine:Raises failed with RuntimeError: no luck ("),
        (["ask", "?", "-m", "mine:ANSWERS", "-s", "mine:ReturnsText"], "solve of ReturnsText returned a str"),
        (
            ["ask", "?", "-m", "mine:ANSWERS", "-s", "mine:Divides"],
            "mine failed with ZeroDivisionError: division by zero (",
        ),
        (["ask", "?", "-m", "mine:ANSWERS", "-s", "mine:AnyBackend"], "mine:AnyBackend answered with a str"),
        (["preview", "?", "-s", "mine:Divides"], "mine failed with ZeroDivisionError: division by zero ("),
        (["preview", "?", "-s", "mine:NUMBER"], "mine:NUMBER: 7 can't be called"),
        (
            ["ask", "?", "-m", "mine:ANSWERS", "--answer", "mine:Half"],
            "is a class without check, accepts; name a class",
        ),
        (
            ["ask", "?", "-m", "mine:ANSWERS", "--answer", "mine:grader"],
            "'mine:grader' is a function; name a class that",
        ),
        (
            ["ask", "?", "-m", "mine:ANSWERS", "--answer", "mine:Demands"],
            "failed with TypeError: Demands.__init__() missing",
        ),
        (["ask", "?", "-m", "mine:ANSWERS", "--answer", "mine:FindsText", "--json"], "found a str in a reply"),
        (["ask", "?", "-m", "mine:ANSWERS", "--answer", "mine:FindsText", "--labels", "a,b"], "takes no labels"),
        (
            [*BENCH, "-m", "mine:ANSWERS", "-s", "mine:Divides"],
            "mine failed with ZeroDivisionError: division by zero (",
        ),
        (
            [*BENCH, "-m", "mine:Texts", "-s", "direct"],
            "mine:Texts answered with a str; complete(prompt) returns a Completion",
        ),
        (
            ["bench", "task.jsonl", "--answer", "mine:FindRaises", "-m", "mine:ANSWERS", "-s", "direct", "--run", "r"],
            "mine failed with ZeroDivisionError",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_mistake_in_code_of_somebodys_own_is_named_in_one_line_with_exit_code_2(mine, here, arguments, message):
    done = here(*arguments)
    assert done.code == 2, done
    assert message in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("format_", "message"),
    [
        ("mine:nothing", "report format mine:nothing returned None; it returns a list of the files that it wrote"),
        ("mine:crashing", "report format mine:crashing failed with AttributeError: "),
        ("mine:NUMBER", "report format mine:NUMBER is a int; name a function write(run, output)"),
    ],
)
def test_a_mistake_in_a_report_of_somebodys_own_is_one_line_and_exit_code_2(mine, here, format_, message):
    assert here(*BENCH, "-m", "mine:ANSWERS", "-s", "direct").code == 0
    done = here("report", "r", "--format", format_, "--output", "out")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert message in done.err
    assert "name the file to write" in here("report", "r", "--format", format_).err
