"""The pages of the Python API: the public names, by the part of the package in which each lives."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

STUB = Path(__file__).parents[1] / "promptkit" / "__init__.pyi"
GROUPS = {  # what a page is called: the parts of the package on it
    "Prompts and replies": ["types", "image", "backend", "ledger"],
    "Asking": ["sync", "streaming", "streams", "previewing", "trace", "otel", "structured"],
    "Strategies": ["strategy", "strategies", "bootstrap", "task_context"],
    "Models": ["providers"],
    "Wrappers": ["wrappers"],
    "Templates": ["wording"],
    "Answers and judges": ["answers", "grading", "judges"],
    "Records": ["record"],
    "Errors": ["errors"],
    "Others": [],
}
MODULES = {  # what is no public name of the package itself
    "Comparing": ["promptkit.bench.compare", "promptkit.bench.read_run", "promptkit.bench.Result"],
}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages of the API where the navigation says `*api`."""
    config.nav = placed(config.nav or [])
    return config


def placed(entries: list[Any]) -> list[Any]:
    """The entries of a navigation, with the pages of the API for `*api`."""
    for entry in entries:
        for title, below in entry.items() if isinstance(entry, dict) else ():
            if below == "*api":
                entry[title] = [{group: page_of(group)} for group in contents()]
            elif isinstance(below, list):
                placed(below)
    return entries


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages of the API."""
    for group, names in contents().items():
        body = "\n\n".join(f"::: {name}" for name in names)
        files.append(File.generated(config, page_of(group), content=f"# {group}\n\n{body}\n"))
    return files


def page_of(group: str) -> str:
    """The page of a group."""
    return f"api/{group.lower().replace(' ', '-')}.md"


def contents() -> dict[str, list[str]]:
    """The names on each page, by their whole path."""
    parts = {part: group for group, parts in GROUPS.items() for part in parts}
    found: dict[str, list[str]] = {group: [] for group in GROUPS}
    for module, name in public_names():
        found[parts.get(module.split(".")[0], "Others")].append(f"promptkit.{module}.{name}")
    return {group: names for group, names in found.items() if names} | MODULES


def public_names() -> list[tuple[str, str]]:
    """Each public name of the package after the module that it is taken from."""
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return [(node.module or "", alias.name) for node in imports for alias in node.names]
