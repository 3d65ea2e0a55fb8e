"""An optimisation on a terminal: its plan, its forecast, how far it is, and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.progress import Progress
from rich.text import Text

import promptkit.formatting as formatting
from promptkit.cli import output
from promptkit.cli.grid import Grid, table_console
from promptkit.cli.messages import print_difference, print_heading
from promptkit.cli.options import as_typed
from promptkit.cli.tables import print_summary
from promptkit.optimizing.forecast import Range, Share
from promptkit.optimizing.page import differences, fate_of, train_of
from promptkit.optimizing.plan import Plan
from promptkit.optimizing.result import Optimized
from promptkit.optimizing.running import Watch
from promptkit.terminal import Terminal


def print_plan(plan: Plan, *, sent: int) -> None:
    """Print what is changed, on which items and within which budget, on standard error; `sent` was spent before."""
    changes = ", ".join(plan.versions.original)
    output.print_notice(f"optimising {plan.versions.spec} on {plan.task.name}: {changes}")
    output.print_notice(plan.splits.sentence())
    search, proof = f"{plan.search_calls:,} for the search", f"{plan.proof_calls:,} kept back for the proof"
    before = f"; {sent:,} were sent before" if sent else ""
    output.print_notice(f"at most {plan.max_calls:,} requests: {search}, {proof}{before}")
    if plan.doubts:
        output.print_notice(plan.doubts)


def print_shares(plan: Plan, shares: Iterable[Share]) -> None:
    """Print what each part will take, from least to most."""
    grid = Grid("part", ["model", "requests"], ["tokens in", "tokens out", "US$"])
    for one in shares:
        price = "unknown" if one.usd is None else _range(one.usd, formatting.dollars)
        tokens = (_range(of, _whole) for of in (one.input_tokens, one.output_tokens))
        grid.add(one.part, one.model, _range(one.requests, _whole), *tokens, price)
    out = table_console()
    grid.print(out)
    out.print(Text(f"at most {plan.max_calls:,} requests in all, failed ones included"))


@contextmanager
def shown_search(plan: Plan) -> Iterator[Callable[[Watch], None]]:
    """Show how many requests are sent and the best score so far, on a terminal."""
    console = Terminal(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        row = bar.add_task("begins", total=plan.max_calls)

        def changed(watch: Watch) -> None:
            best = f", best {formatting.percent(watch.best)}" if watch.best is not None else ""
            said = f"{watch.phase}: {watch.requests:,} requests, {watch.candidates} candidates{best}"
            bar.update(row, completed=watch.requests, description=said)

        yield changed


def print_result(result: Optimized) -> None:
    """Print the candidates, what the best one changes, the proof, the verdict and how to use it."""
    out = table_console()
    grid = Grid("candidate", ["made of", "train items", "validation", "requests so far"], ["what became of it"])
    for one in result.candidates:
        name = f"{one.number} (best)" if one.number == result.best.number else str(one.number)
        parent = "" if one.parent is None else str(one.parent)
        score = formatting.percent(one.validation)
        grid.add(name, parent, train_of(one), score, f"{one.requests:,}", formatting.inline(fate_of(one))[:100])
    grid.print(out)
    if result.ended:
        out.print(Text(f"the search ended: {result.ended}"))
    for found in differences(result, result.best):
        print_heading(f"{found.step}, in candidate {result.best.number}")
        print_difference(found.text.splitlines())
    if result.proof:
        print_summary(result.proof)
    if result.stopped:
        output.print_notice(f"stopped: {as_typed(result.stopped)}")
    out.print(Text(f"\n{result.verdict}", "bold"))
    if result.advice:
        output.print_text(result.advice)


def _range(of: Range, shown: Callable[[float], str]) -> str:
    least, most = shown(of[0]), shown(of[1])
    return least if least == most else f"{least} … {most}"


def _whole(count: float) -> str:
    return f"{round(count):,}"
