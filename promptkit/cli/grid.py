"""A table on a terminal; one that is too wide for it comes in parts, one below the other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

import promptkit.formatting as formatting
from promptkit.terminal import Terminal

_PIPED = 140  # columns, where standard output is not a terminal
_UNBOUNDED = 10_000
_SHORT, _NAME = 20, 34  # columns of a strategy's name: at least, and before it is folded


class Grid:
    """Rows of a name and numbers. Columns of one group stay side by side where the terminal is wide enough for that."""

    def __init__(self, first: str, *groups: Sequence[str], tight: bool = False) -> None:
        """`tight` puts one blank between two columns, and not two."""
        self._first, self._tight = first, tight
        self._groups = groups
        self._rows: list[tuple[str | Text, ...] | None] = []

    def add(self, name: str, *cells: str | Text) -> None:
        """A row: the name, and a cell for each column of each group."""
        self._rows.append((name, *cells))

    def add_line(self) -> None:
        """A line across, between two rows."""
        self._rows.append(None)

    def print(self, console: Console) -> None:
        """Print it in as many tables as the width needs, each with the names."""
        for columns in self._parts(console):
            console.print(self._table(columns, self._name_width(columns, console)))

    def is_in_one(self, console: Console) -> bool:
        """Whether it is one table at this width."""
        return len(list(self._parts(console))) == 1

    def _parts(self, console: Console) -> Iterator[list[int]]:
        """The numbers of the columns of each table."""
        part: list[int] = []
        start = 1
        for group in self._groups:
            columns = list(range(start, start + len(group)))
            start += len(group)
            whole = self._fits([*part, *columns], console)
            if part and not whole:
                yield part
                part = []
            for column in columns:
                if part and not self._fits([*part, column], console):
                    yield part
                    part = []
                part.append(column)
        yield part

    def _fits(self, columns: list[int], console: Console, names: int = _SHORT) -> bool:
        unbounded = console.options.update(width=_UNBOUNDED)
        return Measurement.get(console, unbounded, self._table(columns, names)).maximum <= console.width

    def _name_width(self, columns: list[int], console: Console) -> int:
        """The most columns that names may take beside these, up to those of the longest."""
        longest = max(_width(row[0]) for row in ((self._first,), *self._rows) if row)
        widths = range(min(longest, _NAME), _SHORT, -1)
        return next((width for width in widths if self._fits(columns, console, width)), _SHORT)

    def _table(self, columns: list[int], names: int) -> Table:
        """These columns beside the names, which are folded to a width of `names`."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=self._tight)
        table.add_column(Text(self._first), overflow="fold", max_width=names)
        headers = [self._first, *(header for group in self._groups for header in group)]
        for column in columns:
            widest = max(_width(row[column]) for row in (tuple(headers), *self._rows) if row)
            table.add_column(Text(headers[column]), justify="right", no_wrap=True, min_width=widest)
        for row in self._rows:
            if row is None:
                table.add_section()
            else:
                name = "\n".join(formatting.folded(str(row[0]), names))
                table.add_row(*map(_text, (name, *(row[c] for c in columns))))
        return table


def table_console() -> Console:
    """Standard output; where it is not a terminal, as wide as the variable COLUMNS says, or else wide."""
    console = Terminal()
    return console if console.is_terminal or os.environ.get("COLUMNS", "").isdigit() else Terminal(width=_PIPED)


def _text(cell: str | Text) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)  # a name with brackets is no markup


def _width(cell: str | Text) -> int:
    """The columns of the longest line."""
    return max(map(cell_len, str(cell).split("\n")))
