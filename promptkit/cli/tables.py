"""Results as tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

import promptkit.formatting as formatting
from promptkit.analysis.choose import Choice
from promptkit.analysis.comparison import Comparison, interval_heading
from promptkit.analysis.curve import Curve
from promptkit.analysis.reflection import Reflection
from promptkit.analysis.rescore import Audit
from promptkit.analysis.summary import Row, Summary
from promptkit.analysis.verdicts import beside_of, bounds_of, fallbacks_of, measure, not_graded_of
from promptkit.bench.batch_plan import BatchPlan
from promptkit.bench.ceiling import Ceiling
from promptkit.bench.forecast import Forecast, Once
from promptkit.cli.grid import Grid, table_console
from promptkit.distribution import pip_install
from promptkit.formatting import counted
from promptkit.outcomes import OUTCOMES, RARE
from promptkit.prices import price_list
from promptkit.record.preparations import Preparation

_BAR = 40


def print_summary(summary: Summary, *, by: Literal["task", "model"] = "task", console: Console | None = None) -> None:
    """Print accuracy, differences, outcomes and cost for each task, or for each model."""
    out = console or table_console()
    for group in dict.fromkeys(getattr(row, by) for row in summary.rows):
        rows = [row for row in summary.rows if getattr(row, by) == group]
        comparisons = [c for c in summary.comparisons if getattr(c, by) == group]
        others = {getattr(row, _other(by)) for row in rows}
        title = f"\n{by} {group}" + (f", {_other(by)} {others.pop()}" if len(others) == 1 else "")
        out.print(Text(title + (f", graded by {summary.metric}" if summary.metric else ""), "bold"))
        _accuracy(rows, comparisons, by).print(out)
        _outcomes(rows, by).print(out)
        for row in rows:
            if row.error_from_items is not None and row.error_from_sampling is not None:
                items, sampling = (
                    formatting.points(part, sign=False) for part in (row.error_from_items, row.error_from_sampling)
                )
                parts = f"{items} from the items, {sampling} from sampling"
                out.print(Text(f"  {_label(row, rows, by)}: standard error in points: {parts}"))
            if row.worst != row.best:
                failed = row.error + row.ungraded + row.missing
                out.print(Text(f"  {failed:,} attempts could not be judged: {_where(row, rows, by)}{bounds_of(row)}"))
            if row.ungraded:
                out.print(Text(f"  {_where(row, rows, by)}{not_graded_of(row)}"))
            if row.beside:
                out.print(Text(f"  {_where(row, rows, by)}{beside_of(row)}"))
            for sentence in fallbacks_of(row):
                out.print(Text(f"  {_where(row, rows, by)}{sentence}"))
        for made in summary.prepared:
            if getattr(made, by) == group:
                out.print(Text(f"  {_where(made, rows, by)}{made.sentence()}"))
        for comparison in comparisons:
            out.print(Text("  " + _where(comparison, rows, by) + comparison.sentence()))
        for metric, other in summary.others.items():
            _print_metric(metric, other, group, by, out)
    for grading in summary.grading:
        out.print(Text(f"\n{grading.sentence()}"))
    for batched in summary.batched:
        out.print(Text(f"\n{batched.sentence()}"))


def _print_metric(metric: str, summary: Summary, group: str, by: Literal["task", "model"], out: Console) -> None:
    """Accuracy and differences by a further grader, and what it failed on."""
    rows = [row for row in summary.rows if getattr(row, by) == group]
    out.print(Text(f"\n{by} {group}, graded by {metric}", "bold"))
    _accuracy(rows, [c for c in summary.comparisons if getattr(c, by) == group], by).print(out)
    for row in rows:
        if row.ungraded:
            out.print(Text(f"  {_where(row, rows, by)}{not_graded_of(row)}"))


def print_readings(found: Audit, *, console: Console | None = None) -> None:
    """Print the accuracy of every strategy under each reading, and its difference to the baseline."""
    readings = list(found.summaries)
    grid = Grid("task · strategy · model", ["n"], readings, [f"− baseline, {name}" for name in readings])
    differences = {
        name: {c.group: formatting.points(c.difference) for c in summary.comparisons}
        for name, summary in found.summaries.items()
    }
    rows = {name: {r.group: r for r in s.rows} for name, s in found.summaries.items()}
    for group, row in rows["lenient"].items():
        read = [rows[name].get(group) for name in readings]
        accuracies = [formatting.percent(r.accuracy if r else None) for r in read]
        label = " · ".join(group)
        grid.add(label, str(row.n), *accuracies, *(differences[name].get(group, "") for name in readings))
    grid.print(console or table_console())


def print_forecasts(forecasts: Iterable[Forecast], *, console: Console | None = None) -> None:
    """Print what each strategy will take, from least to most, and the sum that this run pays."""
    shown = list(forecasts)
    several = len({f.model for f in shown}) > 1
    heading = "task · model · strategy" if several else "task · strategy"
    thought = any(f.reasoning_tokens[1] for f in shown)
    reasoning = ["of it reasoning"] if thought else []
    grid = Grid(heading, ["attempts", "calls alone", "calls paid"], ["tokens in", "tokens out", *reasoning, "US$"])
    for f in shown:
        tokens = (f.input_tokens, f.output_tokens, *([f.reasoning_tokens] if thought else []))
        ranges = (_range(r) for r in (f.calls, f.paid, *tokens))
        name = f"{f.task} · {f.model} · {f.strategy}" if several else f"{f.task} · {f.strategy}"
        grid.add(name, f"{f.attempts:,}", *ranges, _dollars(f.paid_usd))
    once = [(f, f.once) for f in shown if f.once]
    total = (sum(f.paid[0] for f in shown), sum(f.paid[1] for f in shown) + sum(one.calls for _, one in once))
    prices = [f.paid_usd for f in shown if f.paid_usd is not None]
    more = [one.usd for _, one in once if one.usd is not None]
    known = len(prices) == len(shown) and len(more) == len(once)
    price = (sum(p[0] for p in prices), sum(p[1] for p in prices) + sum(more)) if known else None
    grid.add_line()
    blank = [""] * (2 + len(reasoning))
    grid.add("in all", f"{sum(f.attempts for f in shown):,}", "", _range(total), *blank, _dollars(price))
    out = console or table_console()
    grid.print(out)
    for f, one in once:
        out.print(Text(_before(f, one)))
    out.print(Text(f"prices: {price_list() or 'unknown: ' + pip_install('bench')}"))


def _before(forecast: Forecast, once: Once) -> str:
    """What is asked before the first item, in words."""
    tokens = f"{once.input_tokens:,} tokens in, {once.output_tokens:,} out"
    price = f", {formatting.dollars(once.usd)}" if once.usd else ""
    where = f"{forecast.task} · {forecast.model} · {forecast.strategy}"
    return f"{where}: at most {counted(once.calls, 'call')} more, once, to make its examples ({tokens}{price})"


def print_ceiling(most: Ceiling, *, console: Console | None = None) -> None:
    """Print the most that a run can take, or why it has no ceiling."""
    out = console or table_console()
    tokens = ""
    if most.input_tokens is not None and most.output_tokens is not None:
        tokens = f", {most.input_tokens:,} tokens in, {most.output_tokens:,} out"
        tokens += " (hidden reasoning included, but not probes in an outage)"
    out.print(Text(f"at most {counted(most.calls, 'call')}{tokens}"))
    if most.unlimited:
        out.print(Text(f"no ceiling in US$: nothing limits a reply of {', '.join(most.unlimited)}; give --max-tokens"))
    elif most.usd is None:
        out.print(Text("no ceiling in US$: a price is not known"))
    elif most.usd:
        again = f"${most.usd * most.attempts:,.2f} if every call fails and is billed {most.attempts} times (--attempts)"
        out.print(Text(f"at most ${most.usd:,.2f}; {again}"))


def print_batch_plan(plan: BatchPlan, *, console: Console | None = None) -> None:
    """Print how many waves of batches a run takes, and how long these may last."""
    out = console or table_console()
    hours = plan.waves[0] * plan.hours, plan.waves[1] * plan.hours
    limit = f"each is answered within {plan.hours} h, so all of it within {_range(hours)} h; usually far sooner"
    waves = "1 wave" if plan.waves == (1, 1) else f"{_range(plan.waves)} waves, one after the other"
    out.print(Text(f"by batches of {', '.join(plan.models)}: {waves}; {limit}"))
    out.print(Text("prices of these models are those of batches: half of a live call's"))
    if plan.live:
        out.print(Text(f"asked at once: {', '.join(plan.live)}"))


def print_curve(curve: Curve, *, console: Console | None = None) -> None:
    """Print one curve: draws, the expected accuracy of their majority, its interval, and a bar to see it by."""
    out = console or table_console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header in ("draws", "accuracy", "95 % interval", ""):
        table.add_column(header, justify="right", no_wrap=True)
    for point in curve.points:
        interval = formatting.interval(point.interval.low, point.interval.high)
        bar = "█" * round(_BAR * point.accuracy) + "·" * (_BAR - round(_BAR * point.accuracy))
        table.add_row(str(point.draws), formatting.percent(point.accuracy), interval, bar)
    out.print(Text(f"\n{curve.task} · {curve.strategy} · {curve.model}, {curve.items:,} items", "bold"))
    out.print(table)


def print_reflections(reflections: Iterable[Reflection], *, console: Console | None = None) -> None:
    """Print what each round of reflection fixed and broke, and what it is worth beside going without it and voting."""
    shown, out = list(reflections), console or table_console()
    unclear = any(r.unclear_right or r.unclear_wrong for reflection in shown for r in reflection.rounds)
    rounds = Grid(
        "task · strategy",
        ["round", "answers", "right\nbefore", "fixed", "broken", "exact p"],
        ["right\naccepted", "wrong\naccepted", *(["right\nunclear", "wrong\nunclear"] if unclear else [])],
    )
    beside = Grid("without its last reflection", ["items", "fixed", "broken", "p"])
    for reflection in shown:
        label = f"{reflection.task} · {reflection.strategy}"
        for r in reflection.rounds:
            before, after = (r.number, r.answers, r.right_before), (r.fixed, r.broken)
            kept = (r.accepted_right, r.accepted_wrong, *((r.unclear_right, r.unclear_wrong) if unclear else ()))
            rounds.add(label, *map(str, (*before, *after, formatting.p_value(r.p), *kept)))
        if w := reflection.without:
            counts = (w.n, w.fixed, w.broken)
            beside.add(f"{label} beside {w.strategy}", *map(str, counts), formatting.p_value(w.p))
        else:
            beside.add(f"{label}: not in this run", "", "", "", "")
    rounds.print(out)
    beside.print(out)
    for sentence in (sentence for reflection in shown for sentence in reflection.sentences()):
        out.print(Text(sentence))


def print_choice(choice: Choice, *, console: Console | None = None) -> None:
    """Print a choice and the candidates it was made from, the cheapest first."""
    out = console or table_console()
    behind = ["behind the best", "interval", "within the margin"]
    once = any(c.once for c in choice.candidates)
    grid = Grid("strategy", ["n", f"{choice.unit} an answer", *["once"] * once, "accuracy"], behind)
    for c in choice.candidates:
        costs = [c.cost, *[c.once] * once]
        seen = (str(c.n), *(formatting.cost(amount, choice.unit).removesuffix(f" {choice.unit}") for amount in costs))
        beside = (
            formatting.points(c.behind, sign=False),
            formatting.span(c.low, c.high),
            "yes" if c.admitted else "no",
        )
        grid.add(
            c.strategy,
            *seen,
            formatting.percent(c.accuracy),
            *(("best", "", "yes") if c.strategy == choice.best else beside),
        )
    grid.print(out)
    out.print(Text(choice.sentence(), "bold"))
    if choice.warning():
        out.print(Text(choice.warning()))


def _other(by: str) -> str:
    return "model" if by == "task" else "task"


def _accuracy(rows: list[Row], comparisons: list[Comparison], by: str) -> Grid:
    reference = next((c.baseline for c in comparisons), "")
    against = {c.group: c for c in comparisons}
    difference = [f"− {reference or 'baseline'}", interval_heading(comparisons), "p", "adjusted"]
    grid = Grid(_first(rows, by), ["n", measure(rows), "95 % interval"], difference)
    for row in rows:
        estimate = (str(row.n), formatting.percent(row.accuracy), formatting.interval(row.low, row.high))
        pair = against.get(row.group)
        grid.add(_label(row, rows, by), *estimate, *_difference(pair, row.strategy == reference))
    return grid


def _outcomes(rows: list[Row], by: str) -> Grid:
    shown = [o for o in OUTCOMES if o not in RARE or any(getattr(row, o) for row in rows)]
    asked, thought = any(row.calls for row in rows), any(row.reasoning_tokens for row in rows)
    reasoning = ["of it reasoning"] if thought else []
    cost = ["calls", "paid", "tokens in", "out", *reasoning, "s", "US$", *reasoning] if asked else []
    grid = Grid(_first(rows, by), shown, cost)
    for row in rows:
        counts = [str(getattr(row, outcome)) for outcome in shown]
        grid.add(_label(row, rows, by), *counts, *(_cost(row, thought=thought) if asked else ()))
    return grid


def _first(rows: Iterable[Row], by: str) -> str:
    return f"{_other(by)} · strategy" if len({getattr(row, _other(by)) for row in rows}) > 1 else "strategy"


def _label(row: Row, rows: Iterable[Row], by: str) -> str:
    several = _first(rows, by) != "strategy"
    return f"{getattr(row, _other(by))} · {row.strategy}" if several else row.strategy


def _where(what: Row | Comparison | Preparation, rows: Iterable[Row], by: str) -> str:
    return f"{getattr(what, _other(by))}: " if _first(rows, by) != "strategy" else ""


def _difference(pair: Comparison | None, is_reference: bool) -> tuple[str, str, str, str]:
    if pair is None:
        return ("baseline" if is_reference else "—"), "", "", ""
    p_values = (formatting.p_value(pair.p), formatting.p_value(pair.p_holm))
    return formatting.points(pair.difference), formatting.span(pair.low, pair.high), *p_values


def _cost(row: Row, *, thought: bool) -> tuple[str, ...]:
    reasoning = (row.reasoning_tokens,) if thought else ()
    counts = (f"{n:,}" for n in (row.calls, row.calls_paid, row.input_tokens, row.output_tokens, *reasoning))
    price = [row.cost_usd, *([row.reasoning_usd] if thought else [])]
    return (*counts, formatting.seconds(row.seconds), *map(formatting.dollars, price))


def _range(ends: tuple[int, int]) -> str:
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} … {high:,}"


def _dollars(ends: tuple[float, float] | None) -> str:
    if ends is None or ends[1] == 0:
        return formatting.dollars(None if ends is None else 0)
    return f"{formatting.dollars(ends[0])} … {formatting.dollars(ends[1])}"
