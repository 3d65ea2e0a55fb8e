"""How results are printed: several tasks as an overview, one task as its tables; `--details` adds those of all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.console import Console

from promptkit.analysis.glance import glance
from promptkit.analysis.summary import Summary
from promptkit.analysis.verdicts import prepared_of
from promptkit.cli.glance import print_glance
from promptkit.cli.model_tables import print_overviews
from promptkit.cli.tables import print_summary


def print_results(
    summary: Summary,
    *,
    details: bool = False,
    by: Literal["task", "model"] = "task",
    more: Iterable[str] = (),
    console: Console | None = None,
) -> None:
    """Print a summary. `more` are lines below an overview about where the rest is."""
    several = len({row.task for row in summary.rows}) > 1
    if several:
        print_glance(
            glance(summary),
            more=[*prepared_of(summary.prepared), *(one.sentence() for one in summary.batched), *more],
            console=console,
        )
    if details or not several:
        print_summary(summary, by=by, console=console)
        print_overviews(summary, console=console)
