"""Tasks by strategies at one glance: accuracies, how they stand beside the baseline, and what answers cost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from promptkit.analysis.comparison import Comparison
from promptkit.analysis.summary import Row, Summary

_OPTIONS = re.compile(r"\([^()]*\)")


class Place(NamedTuple):
    """Where strategies are compared: a task, asked of a model."""

    task: str
    model: str


@dataclass(frozen=True)
class Cell:
    """A strategy in a place; `comparison` is that with the baseline, where there is one."""

    row: Row
    comparison: Comparison | None

    @property
    def verdict(self) -> str:
        """That of the comparison (`promptkit.stats.verdict`); empty without one."""
        return self.comparison.verdict if self.comparison else ""


@dataclass(frozen=True)
class Price:
    """What an answer costs under a strategy: means of a judged attempt over several tasks.

    Attributes:
        usd: `None` when unknown.
    """

    calls: float
    tokens: float
    usd: float | None


@dataclass(frozen=True)
class Glance:
    """All of a run's cells.

    Attributes:
        baseline: the strategy that the others are compared with.
        added: comparisons of strategies of several parts with what stands inside their outermost one.
        across_models: of strategies with themselves on the first model.
        metric: the grader by which all of this is; empty where it is by the answers that were read.
    """

    baseline: str
    strategies: tuple[str, ...]
    places: tuple[Place, ...]
    cells: Mapping[tuple[Place, str], Cell]
    added: tuple[Comparison, ...]
    across_models: tuple[Comparison, ...]
    metric: str = ""

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks, in the order they first appear."""
        return tuple(dict.fromkeys(place.task for place in self.places))

    @property
    def models(self) -> tuple[str, ...]:
        """The models, in the order they first appear."""
        return tuple(dict.fromkeys(place.model for place in self.places))

    def name(self, place: Place) -> str:
        """The task, with its model where there are several."""
        return f"{place.task} · {place.model}" if len(self.models) > 1 else place.task

    @cached_property
    def headings(self) -> Mapping[str, str]:
        """Strategies without their options, where that tells them apart: `cot+self-consistency`."""
        short = {strategy: without_options(strategy) for strategy in self.strategies}
        counts = list(short.values())
        return {strategy: name if counts.count(name) == 1 else strategy for strategy, name in short.items()}

    @property
    def comparisons(self) -> list[Comparison]:
        """Those with the baseline, place by place."""
        order = ((place, strategy) for place in self.places for strategy in self.strategies)
        return [pair for two in order if two in self.cells and (pair := self.cells[two].comparison)]

    def of(self, strategy: str) -> list[Comparison]:
        """The comparisons of a strategy with the baseline."""
        return [pair for pair in self.comparisons if pair.strategy == strategy]

    def price(self, strategy: str, model: str, *, where: str | None = None) -> Price | None:
        """What an answer costs on this model; on the tasks alone that `where`, another strategy, was asked too.

        `None` where none was judged. Tokens of different models do not compare, so there is no price over several.
        """
        places = [place for place in self.places if place.model == model and (place, where or strategy) in self.cells]
        return _price([self.cells[place, strategy].row for place in places if (place, strategy) in self.cells])


def without_options(strategy: str) -> str:
    """The specification without what stands in brackets."""
    while (shorter := _OPTIONS.sub("", strategy)) != strategy:
        strategy = shorter
    return strategy


def glance(summary: Summary) -> Glance:
    """The cells of a summary."""
    rows = summary.rows
    compared = {comparison.group: comparison for comparison in summary.comparisons}
    strategies = tuple(dict.fromkeys(row.strategy for row in rows))
    return Glance(
        baseline=next((c.baseline for c in summary.comparisons), strategies[0] if strategies else ""),
        strategies=strategies,
        places=tuple(dict.fromkeys(Place(row.task, row.model) for row in rows)),
        cells={(Place(r.task, r.model), r.strategy): Cell(r, compared.get(r.group)) for r in rows},
        added=summary.added,
        across_models=summary.across_models,
        metric=summary.metric,
    )


def _price(rows: Sequence[Row]) -> Price | None:
    judged = sum(row.judged_attempts for row in rows)
    if not judged:
        return None
    dollars = [row.cost_usd for row in rows if row.cost_usd is not None]
    tokens = sum(row.input_tokens + row.output_tokens for row in rows)
    usd = sum(dollars) / judged if len(dollars) == len(rows) else None
    return Price(sum(row.calls for row in rows) / judged, tokens / judged, usd)
