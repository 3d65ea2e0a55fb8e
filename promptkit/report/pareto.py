"""Which strategies are worth their price: those that no other one beats in accuracy without costing more."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.analysis.summary import Row
from promptkit.report.findings import Section


@dataclass(frozen=True)
class Point:
    """A strategy's price and accuracy; `front`: no other one is as accurate and cheaper, or more accurate as cheap."""

    strategy: str
    number: int
    price: float
    accuracy: float
    front: bool


@dataclass(frozen=True)
class CostAccuracy:
    """All strategies of a section at one kind of price, which `unit` names; each price is the mean of an attempt."""

    unit: str
    places: tuple[Point, ...]

    @property
    def front(self) -> tuple[str, ...]:
        """The strategies on the Pareto front, the cheapest first."""
        on_it = sorted((p for p in self.places if p.front), key=lambda p: p.price)
        return tuple(p.strategy for p in on_it)


def by_cost(section: Section) -> CostAccuracy:
    """In US dollars where all are known and not nothing, else in tokens written, else in calls."""
    dollars = [row.cost_usd for row in section.rows]
    if all(dollars):
        return _cost_accuracy(section, "US$ an attempt", [d or 0.0 for d in dollars])
    if all(row.output_tokens for row in section.rows):
        return _cost_accuracy(section, "output tokens an attempt", [float(row.output_tokens) for row in section.rows])
    return _cost_accuracy(section, "calls an attempt", [float(row.calls) for row in section.rows])


def by_latency(section: Section) -> CostAccuracy:
    """In seconds from asking to the answer."""
    return _cost_accuracy(section, "seconds an attempt", [row.seconds * _attempts(row) for row in section.rows])


def _cost_accuracy(section: Section, unit: str, totals: list[float]) -> CostAccuracy:
    priced = [
        (row.strategy, total / _attempts(row), row.accuracy)
        for row, total in zip(section.rows, totals, strict=True)
        if row.accuracy is not None
    ]
    return CostAccuracy(
        unit,
        tuple(
            Point(strategy, section.numbers[strategy], price, accuracy, not _dominated(price, accuracy, priced))
            for strategy, price, accuracy in priced
        ),
    )


def _dominated(price: float, accuracy: float, others: list[tuple[str, float, float]]) -> bool:
    return any(p <= price and a >= accuracy and (p, a) != (price, accuracy) for _, p, a in others)


def _attempts(row: Row) -> int:
    return row.correct + row.wrong + row.unparsed + row.truncated + row.refused + row.error + row.missing
