"""The progress of a run on standard error: done, rate, tokens, cost so far, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from promptkit.bench.outcomes import Attempt
from promptkit.bench.prices import cost_usd
from promptkit.types import Usage


@contextmanager
def progress(total: int, model: str) -> Iterator[Callable[[Attempt], None]]:
    """A bar of `total` attempts; call what it yields with each one that ended."""
    columns = (
        TextColumn(model),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[paid]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    paid = Usage()
    failed = 0
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4) as bar:
        task = bar.add_task("", total=total, rate="", paid="")

        def show(attempt: Attempt) -> None:
            nonlocal paid, failed
            paid += attempt.paid
            failed += attempt.outcome == "error"
            speed = bar.tasks[task].speed
            bar.update(
                task,
                advance=1,
                rate=f"{speed:.1f}/s" if speed else "",
                paid=_paid(model, paid) + (f", {failed} failed" if failed else ""),
            )

        yield show


def _paid(model: str, paid: Usage) -> str:
    cost = cost_usd(model, paid)
    dollars = "cost unknown" if cost is None else f"${cost:.4f}"
    return f"{paid.calls:,} calls, {paid.input_tokens + paid.output_tokens:,} tokens, {dollars}"
