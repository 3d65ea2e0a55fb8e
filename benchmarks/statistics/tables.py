"""Results as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binom

ITEMS = (20, 50, 100, 200, 500, 1000, 2000)
NOMINAL = 0.95
ROOM = 1e-9  # an interval that misses by less holds its truth


@dataclass(frozen=True)
class Table:
    """One table with its title and what a reader must know to read it."""

    title: str
    note: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """The table as a section of a Markdown file."""
        lines = [self.header, ["---:"] * len(self.header), *self.rows]
        return "\n".join([f"## {self.title}", "", self.note, "", *(f"| {' | '.join(line)} |" for line in lines)])


def percent(share: float) -> str:
    """A share as a percentage with one decimal."""
    return f"{100 * share:.1f}"


def worst_and_mean(coverages: Sequence[float]) -> str:
    """The worst and the mean of some coverages."""
    return f"{percent(min(coverages))} ({percent(sum(coverages) / len(coverages))})" if coverages else "–"


def worst_by_chance(cells: int, repetitions: int, nominal: float = NOMINAL) -> str:
    """The worst of so many simulated coverages, in the median, when every true one is nominal."""
    return percent(float(binom.ppf(1 - 0.5 ** (1 / cells), repetitions, nominal)) / repetitions) if cells else "–"


def contains(low: float, high: float, truth: float) -> bool:
    """Whether an interval holds the truth, with room for rounding."""
    return low - ROOM <= truth <= high + ROOM
