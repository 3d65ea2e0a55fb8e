"""All techniques together: the map to choose by, the table, and the pages as files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.techniques.facts import GROUPS, SITUATIONS, Facts, Situation, all_facts
from promptkit.techniques.page import page, table

_BEGINNING = """\
# Techniques

A page for each: what it is, its exact prompts, its calls, when it helps and hurts, what was published, what it did
here.
`promptkit techniques` lists them, `promptkit techniques show NAME` shows a page, and
`promptkit techniques --for SITUATION` chooses. `python -m benchmarks.techniques docs` writes these pages;
`python -m benchmarks.techniques measure` what stands in them under "Measured here".

[What is held to which paper](../fidelity.md) has a row for each test. No map
replaces a measurement on your own task: `promptkit bench TASK --strategies direct,cot,…`.
"""


def suited(situations: Sequence[str]) -> dict[str, Facts]:
    """The techniques that are for all of these situations, by name.

    Raises:
        UsageError: there is no such situation, or no technique is for all of them.
    """
    for situation in situations:
        if situation not in SITUATIONS:
            raise UsageError(f"unknown situation {situation!r}; {did_you_mean(situation, SITUATIONS)}")
    found = {name: facts for name, facts in all_facts().items() if {*situations} <= {*facts.use_when}}
    if not found:
        raise UsageError(f"no technique is for {' and '.join(situations)} at once; leave one out")
    return found


def one_line(facts: Facts) -> str:
    """The first sentence of its summary."""
    return re.split(r"(?<=[.!?]) ", facts.summary, maxsplit=1)[0]


def paper(facts: Facts) -> str:
    """Authors and year of its source."""
    return f"{facts.source.authors} {facts.source.year}" if facts.source else "—"


def by_group() -> Iterator[tuple[str, Mapping[str, Facts]]]:
    """The groups that have techniques, with these."""
    known = all_facts()
    for group in GROUPS:
        if found := {name: facts for name, facts in known.items() if facts.group == group}:
            yield group, found


def index() -> str:
    """The page that lists all pages."""
    rows = ((f"`{situation}`", meaning, _links(situation)) for situation, meaning in SITUATIONS.items())
    parts = [_BEGINNING, "## The map", "", table(["for", "when", "techniques"], rows)]
    for group, techniques in by_group():
        listed = ((_link(n), one_line(f), f"`{f.calls.formula}`", paper(f)) for n, f in techniques.items())
        parts += [f"## {group.replace('-', ' ').capitalize()}", "", table(["", "what", "calls", "paper"], listed)]
    return "\n".join(parts)


def _links(situation: Situation) -> str:
    return ", ".join(_link(name) for name, facts in all_facts().items() if situation in facts.use_when) or "—"


def _link(name: str) -> str:
    return f"[`{name}`]({name}.md)"


def pages() -> dict[str, str]:
    """The text of every page by the name of its file."""
    return {"README.md": index(), **{f"{name}.md": page(name) for name in all_facts()}}


def write_pages(folder: Path) -> None:
    """Write every page into `folder`, and remove those of techniques that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for file in folder.glob("*.md"):
        if file.name not in made:
            file.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
