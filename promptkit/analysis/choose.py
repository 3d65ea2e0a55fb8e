"""Choose: the cheapest strategy that is not worse than the best by more than a margin, with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from promptkit.analysis.comparison import ALPHA, Group
from promptkit.analysis.tally import Tally
from promptkit.prices import cost_usd


@dataclass(frozen=True)
class Candidate:
    """One strategy beside the one with the highest accuracy.

    Attributes:
        cost: of the strategy deployed alone, in the unit of `Choice.unit`.
        behind: how much its accuracy lies below the best one's, as a fraction of 1; the interval `low` to `high` holds
            for all candidates together (Bonferroni).
        admitted: the whole interval lies within the margin, so it is not worse by more.
    """

    strategy: str
    accuracy: float
    cost: float
    behind: float
    low: float
    high: float
    admitted: bool


@dataclass(frozen=True)
class Choice:
    """The chosen strategy for one task and model, and the candidates it was chosen from, the cheapest first.

    The best strategy is the best *seen*; where several are close, which one that is partly luck, and the comparison
    with it errs on the side of more candidates being called worse.
    """

    task: str
    model: str
    margin: float
    unit: str
    best: str
    chosen: str
    candidates: tuple[Candidate, ...]

    def sentence(self) -> str:
        """What it says in words."""
        margin = f"{100 * self.margin:g} points"
        if self.chosen == self.best:
            return (
                f"{self.task}: {self.best}, the best seen; none that costs less is shown to be within {margin} of it."
            )
        cost = {c.strategy: c.cost for c in self.candidates}
        share = cost[self.chosen] / cost[self.best]
        return f"{self.task}: {self.chosen}, within {margin} of {self.best} at {share:.0%} of its {self.unit}."


def choose(tallies: Mapping[Group, Tally], margin: float) -> tuple[Choice, ...]:
    """A choice for each task and model, among the strategies compared on the same items."""
    places = dict.fromkeys((task, model) for task, _, model in tallies)
    return tuple(
        _choice(task, model, margin, {s: t for (k, s, m), t in tallies.items() if (k, m) == (task, model)})
        for task, model in places
    )


def _choice(task: str, model: str, margin: float, arms: Mapping[str, Tally]) -> Choice:
    accuracy = {s: share for s, tally in arms.items() if (share := tally.accuracy()) is not None}
    judged = {s: arms[s] for s in accuracy}
    unit, cost = _costs(model, judged)
    best = max(accuracy, key=lambda s: (accuracy[s], -cost[s]))
    candidates = sorted(
        (_candidate(s, judged, best, accuracy[s], cost[s], margin) for s in judged), key=lambda c: (c.cost, c.behind)
    )
    chosen = next(c.strategy for c in candidates if c.admitted)
    return Choice(task, model, margin, unit, best, chosen, tuple(candidates))


def _candidate(
    strategy: str, arms: Mapping[str, Tally], best: str, accuracy: float, cost: float, margin: float
) -> Candidate:
    from promptkit.stats import paired_difference

    shared = arms[strategy].shared(arms[best])
    if strategy == best or not shared:
        return Candidate(strategy, accuracy, cost, 0.0, 0.0, 0.0, admitted=strategy == best)
    pair = paired_difference(
        arms[strategy].means(shared),
        arms[best].means(shared),
        clusters=arms[best].cluster_of(shared),
        confidence=1 - 2 * ALPHA / max(1, len(arms) - 1),  # one-sided: only being worse matters
    )
    return Candidate(strategy, accuracy, cost, pair.difference, pair.low, pair.high, admitted=pair.high <= margin)


def _costs(model: str, arms: Mapping[str, Tally]) -> tuple[str, dict[str, float]]:
    """Dollars where they are known and not nothing, else tokens written and read, else calls."""
    dollars = {s: cost_usd(model, t.usage) for s, t in arms.items()}
    if all(dollars.values()):
        return "cost", {s: float(d) for s, d in dollars.items() if d is not None}
    if not any(t.usage.unmetered for t in arms.values()) and any(t.usage.output_tokens for t in arms.values()):
        return "tokens", {s: float(t.usage.input_tokens + t.usage.output_tokens) for s, t in arms.items()}
    return "calls", {s: float(t.usage.calls) for s, t in arms.items()}
