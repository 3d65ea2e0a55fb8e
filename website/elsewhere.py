"""Pages of the site that stand elsewhere in the repository, the pages of folders, and links that leave `docs/`.

The pages are written for the repository, whose links may point to any file. On the site a link to a file that is no
page of it is the name of that file.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "elsewhere/statistics.md": "benchmarks/statistics/RESULTS.md",
    "elsewhere/measured.md": "training/recorded/measured.md",
    "elsewhere/changelog.md": "CHANGELOG.md",
    "elsewhere/contributing.md": "CONTRIBUTING.md",
}
PAGES = {source: page for page, source in ELSEWHERE.items()} | {"README.md": "index.md"}
FENCED = re.compile(r"^( *)(`{3,}).*?^\1\2$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s:#]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the pages of a folder where the navigation says `*folder`."""
    config.nav = listed(config.nav or [])
    return config


def listed(entries: list[Any]) -> list[Any]:
    """The entries of a navigation, with the pages of a folder for `*folder`."""
    found: list[Any] = []
    for entry in entries:
        if isinstance(entry, dict):
            found.append({title: listed(below) if isinstance(below, list) else below for title, below in entry.items()})
        elif entry.startswith("*"):
            found += pages_in(entry[1:])
        else:
            found.append(entry)
    return found


def pages_in(folder: str) -> list[str]:
    """The pages of a folder in `docs/`, but its README, by name."""
    found = sorted((ROOT / "docs" / folder).glob("*.md"))
    return [f"{folder}/{page.name}" for page in found if page.name != "README.md"]


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the pages that stand elsewhere."""
    for page, source in ELSEWHERE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text(encoding="utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """The text of a page with links that lead to pages of the site."""
    return relinked(markdown, page.file.src_uri)


def relinked(markdown: str, page: str) -> str:
    """The text of a page of the site whose links lead to pages of the site, or are names of files."""
    source = ELSEWHERE.get(page, f"docs/{page}")
    parts, end = [], 0
    for fence in FENCED.finditer(markdown):
        parts += [relinked_prose(markdown[end : fence.start()], page, source), fence.group()]
        end = fence.end()
    return "".join([*parts, relinked_prose(markdown[end:], page, source)])


def relinked_prose(text: str, page: str, source: str) -> str:
    """The same of a text without blocks of code."""

    def led(link: re.Match[str]) -> str:
        label, path, anchor = link[1], link[2], link[3] or ""
        named = os.path.normpath(os.path.join(os.path.dirname(source), path))  # noqa: PTH118, PTH120 - of texts
        target = PAGES.get(named) or (named.removeprefix("docs/") if named.startswith("docs/") else None)
        if target is None:
            return f"{label} (`{named}`)" if named not in label else label
        return f"[{label}]({os.path.relpath(target, os.path.dirname(page) or '.')}{anchor})"  # noqa: PTH120

    return LINK.sub(led, text)
