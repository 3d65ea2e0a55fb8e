"""The overview that a run of several tasks is printed as: a cell for each task and strategy, and what was learnt."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

import promptkit.formatting as formatting
from promptkit.analysis.glance import Cell, Glance
from promptkit.analysis.lessons import lessons
from promptkit.analysis.verdicts import LEGEND, SIGNS, cautions, measure
from promptkit.cli.grid import Grid, table_console

_STYLES = {"better": "bold green", "worse": "bold red", "equivalent": "cyan", "not_enough_data": "dim"}
_HEADINGS = ((34, False), (16, False), (5, False), (5, True))  # columns of a name before it is folded; tightly or not
_NOT_RUN = "·"


def print_glance(
    found: Glance,
    *,
    sentences: Sequence[str] | None = None,
    more: Iterable[str] = (),
    console: Console | None = None,
) -> None:
    """Print the accuracy of every strategy on every task, and what was learnt, or these `sentences`.

    `more` are lines about where to read more.
    """
    out = console or table_console()
    out.print(Text(f"\n{_title(found)}", "bold"))
    grids = [_grid(found, width, tight=tight) for width, tight in _HEADINGS]
    next((grid for grid in grids if grid.is_in_one(out)), grids[-1]).print(out)
    _print_lines(out, [*_legend(found), *_shortened(found)], "dim")
    out.print()
    for number, sentence in enumerate(lessons(found) if sentences is None else sentences, start=1):
        _print_hanging(out, f"{number}. ", sentence)
    for caution in cautions([cell.row for cell in found.cells.values()], found.comparisons):
        _print_hanging(out, "!  ", caution, "yellow")
    out.print()
    _print_lines(out, more)


def _title(found: Glance) -> str:
    rows = [cell.row for cell in found.cells.values()]
    counts = sorted({row.items for row in rows})
    items = " to ".join(dict.fromkeys(f"{n:,}" for n in (counts[0], counts[-1])))
    models = f", {found.models[0]}" if len(found.models) == 1 else ""
    graded = f", graded by {found.metric}" if found.metric else ""
    return f"{measure(rows)} in per cent, {len(found.tasks)} tasks, {items} items each{models}{graded}"


def _grid(found: Glance, width: int, *, tight: bool) -> Grid:
    names = ["\n".join(_folded(found.headings[strategy], width)) for strategy in found.strategies]
    first = "task" if len(found.models) == 1 else "task · model"
    grid = Grid(first, *([name] for name in names), tight=tight)
    for place in found.places:
        cells = (found.cells.get((place, strategy)) for strategy in found.strategies)
        grid.add(found.name(place), *map(_cell, cells))
    for model in found.models if _is_priced(found) else ():
        grid.add_line()
        where = f" · {model}" if len(found.models) > 1 else ""
        prices = [found.price(strategy, model) for strategy in found.strategies]
        grid.add(f"calls{where}", *(_price(f"{price.calls:,.1f}" if price else "") for price in prices))
        if any(price and price.tokens for price in prices):
            grid.add(f"tokens{where}", *(_price(f"{price.tokens:,.0f}" if price else "") for price in prices))
        if any(price and price.usd for price in prices):
            grid.add(f"US${where}", *(_price(formatting.dollars(price.usd) if price else "") for price in prices))
    return grid


def _folded(name: str, width: int) -> list[str]:
    """The name in lines of about that width, which end after `+`, `,`, `(`, `-` or a space, and never inside a word."""
    lines = [""]
    for piece in re.findall(r"[^ +,(-]+[ +,(-]*|[ +,(-]+", name):
        if lines[-1] and len(lines[-1]) + len(piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return lines


def _cell(cell: Cell | None) -> Text:
    if cell is None:
        return Text(f"{_NOT_RUN}  ", "dim")
    sign = SIGNS.get(cell.verdict, " ")
    return Text(f"{formatting.whole_percent(cell.row.accuracy)} {sign}", _STYLES.get(cell.verdict, ""))


def _is_priced(found: Glance) -> bool:
    """Whether any call was made: recorded outputs may not say."""
    return any(cell.row.calls for cell in found.cells.values())


def _price(shown: str) -> Text:
    return Text(f"{shown or _NOT_RUN}  ", "dim")


def _legend(found: Glance) -> list[str]:
    """What the signs that are there mean."""
    baseline, verdicts = (
        found.headings.get(found.baseline, found.baseline),
        [cell.verdict for cell in found.cells.values()],
    )
    parts = [f"{sign} {LEGEND[v].format(baseline)} ({n})" for v, sign in SIGNS.items() if (n := verdicts.count(v))]
    if len(verdicts) < len(found.places) * len(found.strategies):
        parts.append(f"{_NOT_RUN} not run")
    prices = "calls and tokens are per answer" if _is_priced(found) else ""
    return ["; ".join(filter(None, [", ".join(parts), prices]))]


def _shortened(found: Glance) -> list[str]:
    """The specifications whose options are not in the table."""
    return [f"{name}: {strategy}" for strategy, name in found.headings.items() if name != strategy]


def _print_hanging(out: Console, mark: str, text: str, style: str = "") -> None:
    """A paragraph beside its mark; no interval is torn apart."""
    lines = textwrap.wrap(formatting.tied(text), out.width - len(mark), break_on_hyphens=False)
    for number, line in enumerate(lines):
        shown = line.replace(formatting.TIED, " ")
        out.print(Text(f"{' ' * len(mark) if number else mark}{shown}", style), soft_wrap=True)


def _print_lines(out: Console, lines: Iterable[str] | Sequence[str], style: str = "") -> None:
    for line in lines:
        out.print(Padding(Text(line, style), (0, 0, 0, 1)))
