"""Imports only point downwards: a file imports from lower layers or from its own folder, never the package root."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "promptkit"
ORDER = [  # from the lowest to the highest
    ["image", "distribution"],
    ["logs", "launch", "scripts", "did_you_mean", "types", "data_files", "yaml_text", "loops", "arguments"],
    ["errors"],
    [
        "first_asked",
        "signatures",
        "backend",
        "text_files",
        "image_files",
        "token_counts",
        "gather",
        "near_copies",
        "hosting",
        "batch_api",
        "redacting",
    ],
    ["foreign", "by_path", "confined"],
    ["plugins"],
    ["answers", "calculator", "stats", "wording", "streaming", "formatting", "prices", "per_loop", "ledger", "tracing"],
    ["task_context", "option_types", "checkers", "leaks", "terminal"],
    ["examples", "lint"],
    ["strategy", "outcomes", "tasks"],
    ["record", "grading", "importers"],
    ["strategies", "providers", "wrappers"],
    ["sync", "on_ray"],
    ["otel", "previewing", "streams", "trace", "specs", "structured", "bootstrap"],
    ["judges", "techniques", "interop"],
    ["analysis", "random_draws"],
    ["settings"],
    ["bench", "report"],
    ["optimizing", "studio", "serving"],
    ["cli", "pytest_plugin"],
]
LAYERS = {part: number for number, parts in enumerate(ORDER) for part in parts}
ROOMS_OF_ANSWERS = ["words", "prose", "numbers", "labels", "texts", "options"]  # from the lowest to the highest
FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__main__.py" and p != PACKAGE / "__init__.py")


def part(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name for name in found if name.split(".")[0] == "promptkit"}


def only_for_types(file: Path) -> set[str]:
    """What is imported under `if TYPE_CHECKING:` alone."""
    blocks = [
        node
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    return {n.module or "" for block in blocks for n in ast.walk(block) if isinstance(n, ast.ImportFrom)}


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(PACKAGE)))
def test_a_file_imports_only_from_below(file):
    for name in imported(file) - only_for_types(file):
        assert name != "promptkit", "nothing inside imports the package root"
        target = name.split(".")[1]
        assert LAYERS[target] < LAYERS[part(file)] or target == part(file), name


def test_the_rooms_of_answers_import_only_from_below():
    for file in FILES:
        room = file.relative_to(PACKAGE).parts[1] if part(file) == "answers" else ""
        above = ROOMS_OF_ANSWERS[ROOMS_OF_ANSWERS.index(room) + 1 :] if room in ROOMS_OF_ANSWERS else []
        assert not any(f"promptkit.answers.{other}." in f"{name}." for other in above for name in imported(file)), file


def test_every_part_has_a_layer():
    assert {part(f) for f in FILES} == set(LAYERS)


def test_every_file_says_what_it_is_for_in_its_first_line():
    for file in FILES:
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file


def test_strategies_providers_and_wrappers_do_not_know_each_other():
    apart = ("strategies", "providers", "wrappers")
    for file in FILES:
        if part(file) in apart:
            others = tuple(f"promptkit.{name}" for name in apart if name != part(file))
            assert not any(name.startswith(others) for name in imported(file)), file


def test_the_report_and_the_harness_do_not_know_each_other():
    for file in FILES:
        other = {"report": "promptkit.bench", "bench": "promptkit.report"}.get(part(file))
        assert other is None or not any(name.startswith(other) for name in imported(file)), file


def module(file: Path) -> str:
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def begun_with(file: Path) -> set[str]:
    """The modules that importing `file` begins with: what stands at its top, of a package the modules named."""
    known, found = {module(f) for f in FILES}, set[str]()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in known else str(node.module) for name in names} | {str(node.module)}
    return found & known


def test_no_import_comes_back_to_where_it_began():
    """Also not by way of a package: `from promptkit.answers import cues` begins with all that the package imports."""
    list(TopologicalSorter({module(file): begun_with(file) for file in FILES}).static_order())
