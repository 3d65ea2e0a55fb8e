"""Which strategies are worth their price: those that no other one beats in accuracy without costing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptkit.analysis.cost import costs
from promptkit.analysis.tally import Tally


@dataclass(frozen=True)
class Point:
    """A strategy's price and accuracy; `front`: no other one is as accurate and cheaper, or more accurate as cheap."""

    strategy: str
    price: float
    accuracy: float
    front: bool


@dataclass(frozen=True)
class CostAccuracy:
    """The strategies on one task at one kind of price, in `unit`, for a judged attempt."""

    unit: str
    points: tuple[Point, ...]

    @property
    def front(self) -> tuple[str, ...]:
        """The strategies on the Pareto front, the cheapest first."""
        on_it = sorted((p for p in self.points if p.front), key=lambda p: p.price)
        return tuple(p.strategy for p in on_it)


def by_cost(model: str, arms: Mapping[str, Tally]) -> CostAccuracy:
    """Accuracy against what an answer costs (`promptkit.analysis.cost`)."""
    found = costs(model, arms)
    return _cost_accuracy(found.unit, found.by_strategy, arms)


def by_latency(arms: Mapping[str, Tally]) -> CostAccuracy:
    """Accuracy against the seconds that a judged attempt takes (`promptkit.outcomes.Attempt.seconds`)."""
    seconds = {strategy: tally.mean_seconds for strategy, tally in arms.items()}
    return _cost_accuracy("seconds", {s: mean for s, mean in seconds.items() if mean is not None}, arms)


def _cost_accuracy(unit: str, prices: Mapping[str, float], arms: Mapping[str, Tally]) -> CostAccuracy:
    placed = {s: (price, accuracy) for s, price in prices.items() if (accuracy := arms[s].accuracy()) is not None}
    return CostAccuracy(
        unit, tuple(Point(s, *place, front=not _dominated(place, list(placed.values()))) for s, place in placed.items())
    )


def _dominated(place: tuple[float, float], others: list[tuple[float, float]]) -> bool:
    price, accuracy = place
    return any(p <= price and a >= accuracy and (p, a) != place for p, a in others)
