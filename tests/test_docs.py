"""What the documentation says of the tests is so."""

import ast
import itertools
import re
from pathlib import Path

TESTS = Path(__file__).parent
FAULTS = (TESTS.parent / "docs" / "faults.md").read_text(encoding="utf-8")
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


def test_every_module_that_the_documentation_runs_exists():
    commands = re.findall(r"^python -m ([\w.]+)", FAULTS, re.MULTILINE)
    assert commands
    for module in commands:
        path = TESTS.parent / module.replace(".", "/")
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module
