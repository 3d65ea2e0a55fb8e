"""The comparison as tables that fit a terminal: accuracy and differences, then outcomes and cost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from promptkit.analysis.choose import Choice
from promptkit.analysis.comparison import Comparison
from promptkit.analysis.curve import Curve
from promptkit.analysis.reflection import Flips
from promptkit.analysis.rescore import Audit
from promptkit.analysis.summary import Row, Summary
from promptkit.bench.forecast import Forecast
from promptkit.outcomes import OUTCOMES
from promptkit.prices import price_list

_BAR = 40
_PIPED = 140  # columns, where standard output is not a terminal
_SHORT, _NAME = 20, 34  # columns of a strategy's name: at least, and before it is folded


def print_summary(summary: Summary, *, by: Literal["task", "model"] = "task") -> None:
    """Print one pair of tables for each task, or for each model."""
    console = _console()
    for group in dict.fromkeys(getattr(row, by) for row in summary.rows):
        rows = [row for row in summary.rows if getattr(row, by) == group]
        comparisons = [c for c in summary.comparisons if getattr(c, by) == group]
        others = {getattr(row, _other(by)) for row in rows}
        console.print(Text(f"\n{by} {group}" + (f", {_other(by)} {others.pop()}" if len(others) == 1 else ""), "bold"))
        console.print(_accuracy(rows, comparisons, by))
        console.print(_outcomes(rows, by))
        for row in rows:
            if row.error_from_items is not None and row.error_from_sampling is not None:
                items, sampling = 100 * row.error_from_items, 100 * row.error_from_sampling
                parts = f"{items:.1f} from the items, {sampling:.1f} from sampling"
                console.print(Text(f"  {_label(row, rows, by)}: standard error in points: {parts}"))
            if row.worst != row.best:
                share = f"{row.error + row.missing} could not be judged, so the accuracy lies between"
                console.print(Text(f"  {_label(row, rows, by)}: {share} {row.worst:.1%} and {row.best:.1%}"))
        for comparison in comparisons:
            console.print(Text("  " + _where(comparison, rows, by) + comparison.sentence()))


def print_readings(found: Audit) -> None:
    """Print the accuracy of every strategy under each reading, and its difference to the baseline."""
    readings = list(found.summaries)
    table = _table("task · strategy · model", "n", *readings, *(f"− baseline, {name}" for name in readings))
    differences = {
        name: {(c.task, c.strategy, c.model): f"{100 * c.difference:+.1f}" for c in summary.comparisons}
        for name, summary in found.summaries.items()
    }
    rows = {name: {(r.task, r.strategy, r.model): r for r in s.rows} for name, s in found.summaries.items()}
    for group, row in rows["lenient"].items():
        read = [rows[name].get(group) for name in readings]
        accuracies = ["—" if r is None else _estimate(r)[0] for r in read]
        label = " · ".join(group)
        _add(table, label, str(row.n), *accuracies, *(differences[name].get(group, "") for name in readings))
    _console().print(table)


def print_forecasts(forecasts: Iterable[Forecast]) -> None:
    """Print what each strategy will take, from least to most, and the sum that this run pays."""
    shown = list(forecasts)
    table = _table("task · strategy", "attempts", "calls alone", "calls paid", "tokens in", "tokens out", "US$")
    for f in shown:
        ranges = (_range(r) for r in (f.calls, f.paid, f.input_tokens, f.output_tokens))
        _add(table, f"{f.task} · {f.strategy}", str(f.attempts), *ranges, _dollars(f.paid_usd))
    total = (sum(f.paid[0] for f in shown), sum(f.paid[1] for f in shown))
    prices = [f.paid_usd for f in shown if f.paid_usd is not None]
    price = (sum(p[0] for p in prices), sum(p[1] for p in prices)) if len(prices) == len(shown) else None
    table.add_section()
    _add(table, "in all", str(sum(f.attempts for f in shown)), "", _range(total), "", "", _dollars(price))
    _console().print(table)
    _console().print(Text(f"prices: {price_list() or 'unknown: pip install promptkit[bench]'}"))


def _range(ends: tuple[int, int]) -> str:
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} … {high:,}"


def _dollars(ends: tuple[float, float] | None) -> str:
    return "unknown" if ends is None else "0" if ends[1] == 0 else f"{ends[0]:.4f} … {ends[1]:.4f}"


def print_curve(curve: Curve) -> None:
    """Print one curve: draws, the expected accuracy of their majority, its interval, and a bar to see it by."""
    table = _table("draws", "accuracy", "95 % interval", "")
    for point in curve.points:
        interval = f"{point.interval.low:.1%} … {point.interval.high:.1%}"
        bar = "█" * round(_BAR * point.accuracy) + "·" * (_BAR - round(_BAR * point.accuracy))
        _add(table, str(point.draws), f"{point.accuracy:.1%}", interval, bar)
    console = _console()
    console.print(Text(f"\n{curve.task} · {curve.strategy} · {curve.model}, {curve.items} items", "bold"))
    console.print(table)


def print_flips(flips: Iterable[Flips]) -> None:
    """Print what each round of reflection fixed and broke."""
    table = _table("task · strategy", "round", "answers", "right before", "fixed", "broken", "p", "right let stand")
    for f in flips:
        stood = f"{f.accepted_right} of {f.right_before}"
        cells = (f.round, f.drafts, f.right_before, f.fixed, f.broken, _p(f.p), stood)
        _add(table, f"{f.task} · {f.strategy}", *(str(cell) for cell in cells))
    _console().print(table)


def print_choice(choice: Choice) -> None:
    """Print a choice and the candidates it was made from, the cheapest first."""
    console = _console()
    table = _table("strategy", choice.unit, "accuracy", "behind the best", "interval", "within the margin")
    for candidate in choice.candidates:
        interval = f"{100 * candidate.low:+.1f} … {100 * candidate.high:+.1f}"
        best = candidate.strategy == choice.best
        cells = ("best", "", "yes") if best else (f"{100 * candidate.behind:.1f}", interval, _yes(candidate.admitted))
        _add(table, candidate.strategy, f"{candidate.cost:,.6g}", f"{candidate.accuracy:.1%}", *cells)
    console.print(table)
    console.print(Text(choice.sentence(), "bold"))


def _yes(true: bool) -> str:
    return "yes" if true else "no"


def _console() -> Console:
    console = Console()
    return console if console.is_terminal else Console(width=_PIPED)


def _other(by: str) -> str:
    return "model" if by == "task" else "task"


def _accuracy(rows: list[Row], comparisons: list[Comparison], by: str) -> Table:
    reference = next((c.baseline for c in comparisons), "")
    against = {(c.task, c.strategy, c.model): c for c in comparisons}
    table = _table(
        _first(rows, by),
        "n",
        "accuracy",
        "95 % interval",
        f"− {reference or 'baseline'}",
        "95 % interval",
        "p",
        "adjusted",
    )
    for row in rows:
        pair = against.get((row.task, row.strategy, row.model))
        _add(table, _label(row, rows, by), str(row.n), *_estimate(row), *_difference(pair, row.strategy == reference))
    return table


def _outcomes(rows: list[Row], by: str) -> Table:
    shown = [o for o in OUTCOMES if o != "missing" or any(row.missing for row in rows)]
    asked = any(row.calls for row in rows)
    table = _table(_first(rows, by), *shown, *(("calls", "paid", "tokens in", "out", "s", "US$") if asked else ()))
    for row in rows:
        counts = [str(getattr(row, outcome)) for outcome in shown]
        _add(table, _label(row, rows, by), *counts, *(_cost(row) if asked else ()))
    return table


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(columns[0], overflow="fold", min_width=_SHORT, max_width=_NAME)
    for column in columns[1:]:
        table.add_column(Text(column), justify="right", no_wrap=True)
    return table


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(Text(cell) for cell in cells))  # Text: a name with brackets is no markup


def _first(rows: Iterable[Row], by: str) -> str:
    return f"{_other(by)} · strategy" if len({getattr(row, _other(by)) for row in rows}) > 1 else "strategy"


def _label(row: Row, rows: Iterable[Row], by: str) -> str:
    several = _first(rows, by) != "strategy"
    return f"{getattr(row, _other(by))} · {row.strategy}" if several else row.strategy


def _where(comparison: Comparison, rows: Iterable[Row], by: str) -> str:
    return f"{getattr(comparison, _other(by))}: " if _first(rows, by) != "strategy" else ""


def _estimate(row: Row) -> tuple[str, str]:
    if row.accuracy is None or row.low is None or row.high is None:
        return "—", "—"
    return f"{row.accuracy:.1%}", f"{row.low:.1%} … {row.high:.1%}"


def _difference(pair: Comparison | None, is_reference: bool) -> tuple[str, str, str, str]:
    if pair is None:
        return ("baseline" if is_reference else "—"), "", "", ""
    interval = f"{100 * pair.low:+.1f} … {100 * pair.high:+.1f}"
    return f"{100 * pair.difference:+.1f}", interval, _p(pair.p), _p(pair.p_holm)


def _p(p: float) -> str:
    return "<0.0001" if p < 0.0001 else f"{p:.4f}"


def _cost(row: Row) -> tuple[str, ...]:
    dollars = "unknown" if row.cost_usd is None else f"{row.cost_usd:.4f}" if row.cost_usd else "0"
    counts = (f"{n:,}" for n in (row.calls, row.calls_paid, row.input_tokens, row.output_tokens))
    return (*counts, f"{row.seconds:.2f}", dollars)
