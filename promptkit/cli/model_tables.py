"""Tables of several models, and of several runs."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

import promptkit.formatting as formatting
from promptkit.analysis.comparison import Comparison
from promptkit.analysis.lessons import lessons_of_runs
from promptkit.analysis.overview import overviews
from promptkit.analysis.summary import Summary
from promptkit.bench.across_runs import AcrossRuns
from promptkit.cli.glance import print_glance
from promptkit.cli.grid import Grid, table_console
from promptkit.cli.run_glance import glance_of_runs


def print_overviews(summary: Summary, *, console: Console | None = None) -> None:
    """Print every strategy on every model, and beside the first model, for each task that several were asked."""
    out = console or table_console()
    for found in overviews(summary):
        first, *others = found.models
        out.print(Text(f"\ntask {found.task}, {len(found.models)} models", "bold"))
        grid = Grid("strategy", list(found.models), *([f"{m} − {first}", "interval", "adjusted p"] for m in others))
        for strategy in found.strategies:
            rows = (found.rows.get((strategy, model)) for model in found.models)
            beside = (found.across.get((strategy, model)) for model in others)
            grid.add(
                strategy,
                *(formatting.percent(row.accuracy) if row else "" for row in rows),
                *(cell for pair in beside for cell in _beside(pair)),
            )
        grid.print(out)
        for pair in found.across.values():
            out.print(Text(f"  {pair.sentence()}"))


def print_across_runs(found: AcrossRuns, *, details: bool = False, console: Console | None = None) -> None:
    """Print each strategy in every run, the comparisons with the first, and what differs between the runs.

    Several tasks are printed as an overview, and with `details` as tables as well.
    """
    out = console or table_console()
    if several := len(found.items) > 1:
        more = [] if details else ["tables with intervals and p-values: the same with --details"]
        cells = glance_of_runs(found)
        print_glance(cells, sentences=lessons_of_runs(cells.comparisons), more=more, console=out)
    if details or not several:
        _print_tables(found, out)
    _print_differences(found, out)


def _print_tables(found: AcrossRuns, out: Console) -> None:
    for task, count in found.items.items():
        left_out = f"; {found.left_out[task]:,} others are not the same in all runs" if task in found.left_out else ""
        out.print(Text(f"\ntask {task}, {count:,} items in all runs{left_out}", "bold"))
        against = {(c.strategy, c.model): c for c in found.comparisons if c.task == task}
        grid = Grid(
            "run · model · strategy",
            ["n", "accuracy", "95 % interval"],
            [f"− {found.runs[0]}", "interval", "adjusted p"],
            ["calls", "tokens in", "out", "US$"],
        )
        for run, rows in zip(found.runs, found.rows, strict=True):
            for row in (row for row in rows if row.task == task):
                pair = against.get((row.strategy, f"{row.model} in {run}"))
                estimate = (formatting.percent(row.accuracy), formatting.interval(row.low, row.high))
                counts = (f"{n:,}" for n in (row.calls, row.input_tokens, row.output_tokens))
                cost = formatting.dollars(row.cost_usd)
                grid.add(f"{run} · {row.model} · {row.strategy}", str(row.n), *estimate, *_beside(pair), *counts, cost)
        grid.print(out)
        for comparison in against.values():
            out.print(Text(f"  {comparison.sentence()}"))


def _print_differences(found: AcrossRuns, out: Console) -> None:
    if not found.differences and not found.wordings:
        out.print(Text("\nsettings, versions, templates and prompts are the same", "bold"))
    if found.differences:
        out.print(Text("\nwhat differs", "bold"))
    for difference in found.differences:
        values = (f"{value} in {run}" for run, value in zip(found.runs, difference.values, strict=True))
        out.print(Text(f"  {difference.name}: {'; '.join(values)}"))
    for wording in found.wordings:
        strategies = dict.fromkeys((wording.baseline, wording.strategy))
        out.print(Text(f"\nthe prompt of {' and '.join(strategies)} on {wording.item}", "bold"))
        for line in wording.diff:
            out.print(Text(f"  {line}", {"+": "green", "-": "red"}.get(line[:1], "")))


def _beside(pair: Comparison | None) -> tuple[str, str, str]:
    if pair is None:
        return ("", "", "")
    return (formatting.points(pair.difference), formatting.span(pair.low, pair.high), formatting.p_value(pair.p_holm))
