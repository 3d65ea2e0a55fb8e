"""The progress of a run on standard error: done, rate, tokens, cost so far, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from promptkit.outcomes import Attempt
from promptkit.prices import cost_usd
from promptkit.types import Usage


@contextmanager
def progress(total: int, model: str) -> Iterator[Callable[[Attempt], None]]:
    """A bar of `total` attempts; call what it yields with each one that ended."""
    paid = _Paid(model)
    columns = (
        TextColumn(model),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        _Rate(),
        paid,
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=4) as bar:
        task = bar.add_task("", total=total)

        def show(attempt: Attempt) -> None:
            paid.add(attempt)
            bar.advance(task)

        yield show


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "")


class _Paid(ProgressColumn):
    """Told when the bar is drawn, not after every attempt: looking up a price takes as long as a call."""

    def __init__(self, model: str) -> None:
        super().__init__()
        self._model, self._paid, self._failed = model, Usage(), 0

    def add(self, attempt: Attempt) -> None:
        self._paid += attempt.paid
        self._failed += attempt.outcome == "error"

    def render(self, _: Task) -> Text:
        cost = cost_usd(self._model, self._paid)
        dollars = "cost unknown" if cost is None else f"${cost:.4f}"
        tokens = self._paid.input_tokens + self._paid.output_tokens
        failed = f", {self._failed} failed" if self._failed else ""
        return Text(f"{self._paid.calls:,} calls, {tokens:,} tokens, {dollars}{failed}")
