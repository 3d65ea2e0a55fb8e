"""The README's tables of models other than the bundled one, from the results file; nothing where it has none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from promptkit.techniques.measured import Row, Run, read_results

README = Path(__file__).parents[2] / "README.md"
BUNDLED = "nano"
SHOWN = ("direct", "instructions", "few-shot", "cot", "plan", "reflect", "self-consistency")
MARKED = re.compile(r"(<!-- other models -->\n).*?(<!-- end of other models -->)", re.DOTALL)


def write_readme(file: Path = README) -> None:
    """Write the tables between the marks of the README."""
    text = file.read_text(encoding="utf-8")
    file.write_text(with_tables(text, read_results()), encoding="utf-8")


def with_tables(text: str, runs: Iterable[Run]) -> str:
    """The text with a table for each run of another model between its marks."""
    tables = "\n".join(table(run) for run in runs if run.model != BUNDLED and _has_shown(run))
    return MARKED.sub(lambda marks: marks[1] + tables + marks[2], text)


def _has_shown(run: Run) -> bool:
    """Whether it measured one of the techniques of the table: a later run may have measured them again."""
    return any(row.technique in SHOWN[1:] for row in run.rows)


def table(run: Run) -> str:
    """One run: techniques by tasks, with a bold figure where the interval of the paired difference leaves out 0."""
    tasks = list(dict.fromkeys(row.task for row in run.rows))
    found = {(row.technique, row.task): row for row in run.rows}
    lines = [f"| {run.shown_model} | {' | '.join(f'`{task}`' for task in tasks)} |", "|---|" + "--:|" * len(tasks)]
    for technique in SHOWN:
        cells = [cell(found.get((technique, task))) for task in tasks]
        if any(cells):
            lines.append(f"| {technique} | {' | '.join(cells)} |")
    counts = sorted({row.n for row in run.rows})
    items = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    told = (
        f"Accuracy in per cent on {items} items a task; bold: the interval of the difference to `direct` leaves out 0."
    )
    return "\n".join([*lines, "", f"{told} `{run.command}`, {run.when}.", ""])


def cell(row: Row | None) -> str:
    """The accuracy of a technique on a task."""
    if row is None:
        return ""
    shown = f"{100 * row.accuracy:.0f}"
    low, high = row.difference_low, row.difference_high
    return f"**{shown}**" if low is not None and high is not None and (low > 0 or high < 0) else shown
