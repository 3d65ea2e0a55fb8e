"""CONTRIBUTING.md shows the package as it is, and its recipe works when it is followed to the letter."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.test_layers import LAYERS, PACKAGE

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECIPE = DOCUMENT.partition("## Add a technique")[2].partition("\n## ")[0]
STEPS = re.compile(r"n `(?P<file>[\w./]+)`:\n\n|   ```(?P<kind>\w+)\n(?P<code>.*?)   ```\n", re.DOTALL)
CHECKED = "reread or test_public_names or test_layers or every_strategy_of_the_library"


def parts_of_the_map() -> list[str]:
    table = DOCUMENT.partition("## The map")[2].partition("## Add")[0]
    first_cells = re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
    return [part for cell in first_cells for part in re.findall(r"`([\w.]+/?)`", cell)]


def test_the_map_has_every_part_of_the_package_and_no_other():
    parts = {p.name + "/" if p.is_dir() else p.name for p in PACKAGE.iterdir() if not p.name.startswith("_")}
    assert sorted(parts_of_the_map()) == sorted(parts - {"py.typed"})


def test_the_map_is_in_the_order_of_imports():
    layers = [LAYERS[part.rstrip("/").removesuffix(".py")] for part in parts_of_the_map()]
    assert layers == sorted(layers)


def follow(recipe: str, tree: Path) -> list[str]:
    """Do in `tree` what the steps say; the files that were written or changed."""
    changed: list[str] = []
    for step in STEPS.finditer(recipe):
        if step["file"]:
            changed.append(step["file"])
            continue
        code, file = textwrap.dedent(step["code"]), tree / changed[-1]
        if step["kind"] == "diff":
            before = [line[1:] for line in code.splitlines() if line.startswith(" ")]
            after = [line[1:] for line in code.splitlines()]
            text = file.read_text(encoding="utf-8")
            assert text.count("\n".join(before) + "\n") == 1, f"{changed[-1]} has changed: {before}"
            file.write_text(text.replace("\n".join(before) + "\n", "\n".join(after) + "\n"), encoding="utf-8")
        else:
            assert not file.exists(), file
            file.parent.mkdir(exist_ok=True)
            file.write_text(code, encoding="utf-8")
    return changed


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the repository in which the recipe was followed."""
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("promptkit", "templates", "tests", "benchmarks/tasks"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "*.gguf"))
    for file in ("pyproject.toml", "CONTRIBUTING.md"):
        shutil.copy(ROOT / file, copy / file)
    if (ROOT / ".mypy_cache").is_dir():  # what mypy knows of the files that are the same here
        shutil.copytree(ROOT / ".mypy_cache", copy / ".mypy_cache")
    assert follow(RECIPE, copy) == [
        "promptkit/strategies/reread_question.py",
        "templates/reread_question/again.j2",
        "promptkit/strategies/__init__.py",
        "promptkit/__init__.pyi",
        "tests/strategies/test_reread_question.py",
        "promptkit/techniques/facts/reread.yaml",
    ]
    return copy


@pytest.mark.parametrize(
    "command",
    [
        "ruff format --check promptkit tests/strategies",
        "ruff check promptkit tests/strategies",
        "mypy promptkit/__init__.pyi promptkit/strategies/reread_question.py",
        "pytest -p no:cacheprovider tests/strategies tests/test_public_names.py tests/test_layers.py "
        f"tests/techniques/test_facts.py -k '{CHECKED}'",
        "promptkit preview Why? --strategy reread+cot",
    ],
    ids=lambda command: " ".join(command.split()[:2]),
)
def test_what_the_recipe_makes_passes_every_check(tree, command):
    module, *arguments = [part.strip("'") for part in re.findall(r"'[^']*'|\S+", command)]
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "RUFF_NO_CACHE": "true",
    }
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
