"""What the documentation says is so: its tests exist, its examples work, and no field or column is left out."""

import ast
import itertools
import re
from pathlib import Path

import pytest

from promptkit import ExplicitInstructions, Message, Templates
from promptkit.analysis.summary import summarize
from promptkit.cli import exit_codes
from promptkit.cli.tables import print_summary
from promptkit.outcomes import OUTCOMES, Attempt
from promptkit.tasks.columns import Columns
from promptkit.tasks.load import TaskFile, load_task
from promptkit.types import Usage
from promptkit.wording.header import Header, TemplateTest
from promptkit.wording.inputs import Input
from tests.players import Player

TESTS = Path(__file__).parent
ROOT = TESTS.parent
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "training" / "README.md"]
FAULTS = (DOCS / "faults.md").read_text(encoding="utf-8")
LINES = FAULTS.splitlines()
ROWS = [
    line
    for line, following in itertools.pairwise([*LINES, ""])
    if line.startswith("| ") and not line.startswith("| ---") and not following.startswith("| ---")
]
NAMED = re.compile(r"`(?:((?:\w+/)*test_\w+\.py)|…)?(?:::)?(test_\w+)?`")
FAULTS_TO_NAME = (
    *(
        "429 without `Retry-After`",
        "429 or 503 with `Retry-After`",
        "500, 502, 503, 529",
        "reset before",
        "in the middle",
    ),
    *(
        "body cut short",
        "malformed JSON",
        "no choices",
        "null content",
        "wrong content type",
        "drip",
        "no reply in time",
    ),
    *("cut, reset or ended before the finish reason", "doubled", "swapped", "content filter", "token limit", "usage"),
)


def functions_of(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_table_of_faults_names_exists():
    functions = {str(file.relative_to(TESTS)): functions_of(file) for file in TESTS.rglob("test_*.py")}
    everywhere = set().union(*functions.values())
    assert len(ROWS) > 50
    for row in ROWS:
        named = [(file, name) for file, name in NAMED.findall(row) if file or name]
        assert named or row.endswith("| the same |"), row
        for file, name in named:
            assert not file or file in functions, file
            assert not name or name in functions.get(file, everywhere), f"{file}::{name}"


def test_every_fault_that_is_injected_has_a_row():
    assert [fault for fault in FAULTS_TO_NAME if not any(fault in row for row in ROWS)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_the_documentation_names_exists(page):
    text = page.read_text(encoding="utf-8")
    for module in re.findall(r"python -m ((?:benchmarks|tests|training)[\w.]*)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
    for path in re.findall(r"`((?:benchmarks|docs|promptkit|templates|tests|training)/[\w./-]*)`", text):
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / link).exists(), link


def explained(page: str) -> set[str]:
    """What the first column of the tables of a page names."""
    first = (line.split("|")[1] for line in (DOCS / page).read_text(encoding="utf-8").splitlines() if line[:1] == "|")
    return {name for cell in first for name in re.findall(r"`([^`]+)`", cell)}


@pytest.fixture
def files(tmp_path):
    """Writes the files that a page shows, and returns their folder."""

    def write(page):
        text = (DOCS / page).read_text(encoding="utf-8")
        for name, content in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", text, re.DOTALL):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path

    return write


def test_the_example_of_a_task_file_loads(files):
    task = load_task(str(files("tasks.md") / "capitals.yaml"))
    assert (task.name, task.answer.kind) == ("capitals", "text")
    assert [(i.id, i.target, i.cluster) for i in task.items] == [
        ("fr", "Paris", "Europe"),
        ("it", "Rome", "Europe"),
        ("jp", "Tokyo", "Asia"),
    ]
    assert task.items[0].question == 'What is the capital of France?\nFinish with "The answer is <city>."'
    (example,) = task.train
    assert example.question == 'What is the capital of Spain?\nFinish with "The answer is <city>."'
    assert (example.answer, example.reasoning) == ("The answer is Madrid.", "Its parliament sits in Madrid.")
    assert ExplicitInstructions(Player(), **task.instructions).rules == ["Use English names."]


def test_the_example_of_bare_data_loads(files):
    task = load_task(str(files("tasks.md") / "sums.csv"), answer="number")
    assert [(i.id, i.question, i.target) for i in task.items] == [
        ("a", "What is 2 + 3?", "5"),
        ("b", "What is 1,000 + 1?", "1001"),
    ]


def test_every_field_of_a_task_is_explained():
    fields = {field.alias or name for name, field in TaskFile.model_fields.items()}
    assert explained("tasks.md") >= fields | Columns.model_fields.keys()


def test_the_example_of_a_template_renders(files):
    templates = Templates((files("templates.md"),))
    greeting = Message(role="user", content="Good day. How far is 3 km in miles?")
    asked = {"question": "How far is 3 km in miles?"}
    assert templates.render("polite/greet", **asked) == (greeting,)
    assert templates.render("polite/greet", **asked, rules=["Use one sentence."]) == (
        Message(role="system", content="- Use one sentence."),
        greeting,
    )
    assert templates.render("polite/greet", **asked, earlier=[{"asked": "1 + 1?", "replied": "2."}]) == (
        Message(role="user", content="1 + 1?"),
        Message(role="assistant", content="2."),
        greeting,
    )


def test_the_example_of_a_changed_block_renders(files):
    templates = Templates((files("templates.md"),))
    assert templates.render("few_shot/example", question="1 + 1?", answer="2", reasoning="") == (
        Message(role="user", content="Question: 1 + 1?"),
        Message(role="assistant", content="2"),
    )


def test_every_field_of_a_template_is_explained():
    assert explained("templates.md") >= (Header.model_fields | Input.model_fields | TemplateTest.model_fields).keys()


def test_every_outcome_and_every_column_is_explained(capsys):
    attempts = [
        Attempt(task="t", strategy=strategy, model="m", item=str(item), outcome=outcome, usage=Usage(calls=1))
        for strategy in ("direct", "cot")
        for item, outcome in enumerate(OUTCOMES)
    ]
    print_summary(summarize(attempts))
    headers = [line for line in capsys.readouterr().out.splitlines() if line.startswith(" strategy")]
    columns = {column for line in headers for column in re.split(r"\s{2,}", line.strip())}
    assert len(columns) > 15
    assert explained("verdicts.md") >= columns | set(OUTCOMES)


def test_every_exit_code_is_explained():
    codes = {name: code for name, code in vars(exit_codes).items() if isinstance(code, int) and name.isupper()}
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", (DOCS / "exit_codes.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name: int(code) for code, name in rows} == codes
