"""Recorded replies graded by graders of one's own: what `promptkit rescore --grader` and `score --grader` do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import typer

import promptkit.by_path as by_path
from promptkit.analysis.comparison import Comparison, Order
from promptkit.analysis.regrade import Reply, regraded
from promptkit.analysis.summary import Summary
from promptkit.cli import exit_codes, output
from promptkit.cli.results import print_results
from promptkit.errors import UsageError
from promptkit.grading.graders import named_graders
from promptkit.judges.named import is_judge


def grade_again(
    replies: Iterable[Reply],
    graders: Sequence[str],
    *,
    baseline: str | None,
    margin: float,
    fed: Order | None = None,
    recorded: Summary | None = None,
) -> tuple[Summary, list[Comparison]]:
    """The summary by these graders, and its comparisons whose verdict is another one than the `recorded` one.

    Raises:
        UsageError: a grader that can't be used, or nothing to grade.
    """
    by_path.typed(*graders)
    if judges := [text for text in graders if is_judge(text)]:
        raise UsageError(f"{judges[0]:.40}… asks a model; judge a run by: promptkit judge RUN")
    counted = asyncio.run(regraded(replies, named_graders(graders)))
    if not counted.groups:
        raise UsageError("there is no reply to grade")
    summary = counted.summary(baseline=baseline, margin=margin, fed=fed)
    before = {c.group: c.verdict for c in (recorded.comparisons if recorded else ())}
    return summary, [c for c in summary.comparisons if before.get(c.group, c.verdict) != c.verdict]


def print_grades(
    summary: Summary, changed: Sequence[Comparison], *, run: str | None, json: bool, details: bool = True
) -> None:
    """Print them; `details` prints the tables of several tasks as well.

    Raises:
        typer.Exit: some replies were not graded.
    """
    if json:
        flips = {"changed": [asdict(comparison) for comparison in changed]}
        output.print_json({**summary.to_json(run=run, complete=True), **flips})
    else:
        print_results(summary, details=details)
        if run is not None:
            output.print_text("\nNo verdict changes." if not changed else "\nVerdicts that change:")
            for comparison in changed:
                output.print_text(f"  {comparison.task}: {comparison.sentence()}")
    if not summary.complete:
        output.print_notice("incomplete: not every attempt has a grade")
        raise typer.Exit(exit_codes.INCOMPLETE)
