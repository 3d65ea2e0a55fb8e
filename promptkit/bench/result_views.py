"""A result as text for a terminal, and as a table for a notebook, in light and dark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from promptkit.analysis.comparison import Comparison, interval_heading
from promptkit.analysis.summary import Row, Summary
from promptkit.analysis.verdicts import measure
from promptkit.formatting import dollars, interval, on_terminal, p_value, percent, plain, points, span

_STYLE = """
.promptkit-result table { border-collapse: collapse; margin: .3em 0 .6em; font-variant-numeric: tabular-nums; }
.promptkit-result caption { text-align: left; font-weight: 600; padding: .4em 0; }
.promptkit-result th, .promptkit-result td { padding: .25em .8em .25em 0; text-align: right; background: none;
  border-bottom: 1px solid rgba(128, 128, 128, .3); white-space: nowrap; }
.promptkit-result th:first-child { text-align: left; font-weight: 500; white-space: normal; }
.promptkit-result thead th { font-weight: 500; opacity: .7; }
.promptkit-result .bar { display: inline-block; width: 6em; height: .6em; margin-right: .6em; border-radius: .3em;
  background: linear-gradient(to right, rgb(74, 134, 232) var(--share), rgba(128, 128, 128, .25) var(--share)); }
.promptkit-result ul { list-style: none; margin: 0; padding: 0; }
.promptkit-result li { padding: .1em 0 .1em 1.2em; position: relative; }
.promptkit-result li::before { content: ""; position: absolute; left: .1em; top: .55em; width: .6em; height: .6em;
  border-radius: 50%; background: rgb(140, 140, 140); }
.promptkit-result li.better::before { background: rgb(46, 158, 91); }
.promptkit-result li.worse::before { background: rgb(209, 73, 91); }
.promptkit-result li.equivalent::before { background: rgb(74, 134, 232); }
.promptkit-result .problem { font-weight: 600; }
"""


def as_text(
    rows: Iterable[Row],
    comparisons: Iterable[Comparison],
    across: Iterable[Comparison],
    problem: str,
    metrics: Mapping[str, Summary],
) -> str:
    """One table a task, with its verdicts, in columns, then those of further graders.

    `across` are comparisons of models, `metrics` the results by those graders.
    """
    compared = tuple(comparisons)
    beside = tuple(across)
    parts = [f"{problem}\n"] if problem else []
    for task, model, of_task in _tables(rows):
        headings = _headings(of_task, compared)
        table = [headings, *(_cells(row, of_task, compared) for row in of_task)]
        widths = [max(len(line[column]) for line in table) for column in range(len(headings))]
        parts.append(f"task {task}" + (f", model {model}" if model else ""))
        for line in table:
            cells = (f"{cell:>{width}}" for cell, width in zip(line[1:], widths[1:], strict=True))
            parts.append("  ".join((f"{line[0]:<{widths[0]}}", *cells)).rstrip())
        parts += [*(f"  {sentence}" for _, sentence in sentences(task, compared, beside)), ""]
    for name, found in metrics.items():
        parts += [f"by {name}", as_text(found.rows, found.comparisons, found.across_models, "", {}), ""]
    return on_terminal("\n".join(parts).rstrip("\n"))


def as_html(
    rows: Iterable[Row],
    comparisons: Iterable[Comparison],
    across: Iterable[Comparison],
    problem: str,
    metrics: Mapping[str, Summary],
) -> str:
    """The same for a notebook: everything that comes from a run is escaped, and colours suit light and dark."""
    compared = tuple(comparisons)
    beside = tuple(across)
    parts = [f"<style>{_STYLE}</style>"]
    if problem:
        parts.append(f'<p class="problem">{_safe(problem)}</p>')
    for task, model, of_task in _tables(rows):
        caption = _safe(f"{task}, {model}" if model else task)
        heads = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in _headings(of_task, compared))
        lines = "".join(_line(row, of_task, compared) for row in of_task)
        parts.append(
            f"<table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"
        )
        shown = sentences(task, compared, beside)
        verdicts = "".join(f'<li class="{verdict}">{_safe(sentence)}</li>' for verdict, sentence in shown)
        parts.append(f"<ul>{verdicts}</ul>" if verdicts else "")
    for name, found in metrics.items():
        table = as_html(found.rows, found.comparisons, found.across_models, "", {})
        parts.append(f"<p>by {_safe(name)}</p>{table}")
    return f'<div class="promptkit-result">{"".join(parts)}</div>'


def sentences(task: str, comparisons: Iterable[Comparison], across: Iterable[Comparison]) -> Iterator[tuple[str, str]]:
    """The verdict of each comparison on a task, and the sentence about it, with its model where there are several."""
    of_task = [c for c in comparisons if c.task == task]
    several = len({c.model for c in of_task}) > 1
    for pair in of_task:
        named = several and pair.model == pair.baseline_model
        yield pair.verdict, f"{pair.model}: {pair.sentence()}" if named else pair.sentence()
    yield from ((pair.verdict, pair.sentence()) for pair in across if pair.task == task)


def _tables(rows: Iterable[Row]) -> Iterator[tuple[str, str, list[Row]]]:
    """Task, the model where all its rows have the same one, and the rows."""
    by_task: dict[str, list[Row]] = {}
    for row in rows:
        by_task.setdefault(row.task, []).append(row)
    for task, of_task in by_task.items():
        models = {row.model for row in of_task}
        yield task, models.pop() if len(models) == 1 else "", of_task


def _headings(rows: Iterable[Row], comparisons: Iterable[Comparison]) -> tuple[str, ...]:
    difference = ("difference", interval_heading(comparisons), "p")
    return ("strategy", "items", measure(rows), "95 % interval", *difference, "calls", "cost")


def _cells(row: Row, of_task: list[Row], compared: tuple[Comparison, ...]) -> tuple[str, ...]:
    several = len({other.model for other in of_task}) > 1
    pair = next((c for c in compared if c.group == row.group), None)
    is_baseline = any(c.task == row.task and c.baseline == row.strategy for c in compared)
    difference = (points(pair.difference), span(pair.low, pair.high), p_value(pair.p_holm)) if pair else ("", "", "")
    return (
        f"{row.strategy}, {row.model}" if several else row.strategy,
        str(row.n),
        percent(row.accuracy),
        interval(row.low, row.high),
        *(("baseline", "", "") if is_baseline and not pair else difference),
        f"{row.calls:,}",
        dollars(row.cost_usd),
    )


def _line(row: Row, of_task: list[Row], compared: tuple[Comparison, ...]) -> str:
    name, items, accuracy, *rest = _cells(row, of_task, compared)
    bar = f'<span class="bar" style="--share: {100 * (row.accuracy or 0):.1f}%"></span>'
    cells = "".join(f"<td>{_safe(cell)}</td>" for cell in rest)
    return f'<tr><th scope="row">{_safe(name)}</th><td>{items}</td><td>{bar}{_safe(accuracy)}</td>{cells}</tr>'


def _safe(text: str) -> str:
    return escape(plain(text))
