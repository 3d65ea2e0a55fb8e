"""Recorded replies graded by other graders: what `promptkit rescore --grader` and `score --grader` do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import typer

import promptkit.by_path as by_path
from promptkit.analysis.comparison import Comparison, Order
from promptkit.analysis.regrade import Reply
from promptkit.analysis.summary import Summary, Tallies
from promptkit.bench.judged import graded_replies, loaded_graders
from promptkit.bench.stores import CallsInMemory
from promptkit.cli import exit_codes, output
from promptkit.cli.results import print_results
from promptkit.errors import UsageError
from promptkit.grading.graders import GraderFunction
from promptkit.judges.named import graders_by_name, with_rubrics
from promptkit.settings import RunLimits, RunSettings
from promptkit.wrappers.cache import Calls


@dataclass(frozen=True)
class Asking:
    """How graders ask their models; `calls` are those that are paid already, and where others are kept."""

    settings: RunSettings = RunSettings()
    limits: RunLimits = RunLimits()
    calls: Calls | None = None


def grade_again(
    replies: Iterable[Reply],
    graders: Sequence[str],
    *,
    baseline: str | None,
    margin: float,
    fed: Order | None = None,
    recorded: Summary | None = None,
    asking: Asking | None = None,
) -> tuple[Summary, list[Comparison]]:
    """The summary by these graders, and its comparisons whose verdict is another one than the `recorded` one.

    `asking` is how models are asked, where a grader asks one.

    Raises:
        UsageError: a grader that can't be used, or nothing to grade.
        PromptkitError: a model that a grader asks answers nothing any more, or a limit is reached.
    """
    by_path.typed(*graders)
    made = graders_by_name(with_rubrics(graders))
    counted = asyncio.run(_counted(replies, made, asking or Asking()))
    if not counted.groups:
        raise UsageError("there is no reply to grade")
    summary = counted.summary(baseline=baseline, margin=margin, fed=fed)
    before = {c.group: c.verdict for c in (recorded.comparisons if recorded else ())}
    return summary, [c for c in summary.comparisons if before.get(c.group, c.verdict) != c.verdict]


async def _counted(replies: Iterable[Reply], graders: Mapping[str, GraderFunction], asking: Asking) -> Tallies:
    counted = Tallies()
    calls = CallsInMemory() if asking.calls is None else asking.calls
    async with loaded_graders(graders, asking.settings, asking.limits, calls) as loaded:
        async for attempt in graded_replies(replies, loaded):
            counted.add(attempt)
    return counted


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
