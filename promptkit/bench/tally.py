"""What is kept of the attempts of one strategy on one task: counts, sums, and the scores of each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from promptkit.bench.outcomes import UNJUDGED, Attempt, Outcome
from promptkit.types import Usage

SILENT: frozenset[Outcome] = frozenset({"unparsed", "truncated"})  # a reply was there, but no answer could be read


@dataclass
class Tally:
    """The attempts of one strategy, on one task, by one model. Draws of an item are averaged within it."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    scores: dict[str, list[float]] = field(default_factory=dict)
    silent: Counter[str] = field(default_factory=Counter)
    unjudged: Counter[str] = field(default_factory=Counter)
    clusters: dict[str, str] = field(default_factory=dict)
    usage: Usage = Usage()
    paid: Usage = Usage()
    seconds: float = 0.0

    def add(self, attempt: Attempt) -> None:
        """Count one attempt."""
        self.outcomes[attempt.outcome] += 1
        if attempt.usage.calls:  # recorded outputs have none, and there are many of them
            self.usage += attempt.usage
            self.paid += attempt.paid
        self.seconds += attempt.seconds
        judged = self.scores.setdefault(attempt.item, [])
        if attempt.score is not None:
            judged.append(attempt.score)
        if attempt.outcome in SILENT:
            self.silent[attempt.item] += 1
        if attempt.outcome in UNJUDGED:
            self.unjudged[attempt.item] += 1
        if attempt.cluster:
            self.clusters[attempt.item] = attempt.cluster

    @property
    def attempts(self) -> int:
        """How many were counted."""
        return self.outcomes.total()

    def means(self) -> dict[str, float]:
        """The mean score of each item that was judged."""
        return {item: sum(scores) / len(scores) for item, scores in self.scores.items() if scores}

    def means_if_silent_were_right(self) -> dict[str, float]:
        """The same, had every reply without a readable answer been right."""
        return {item: (sum(scores) + self.silent[item]) / len(scores) for item, scores in self.scores.items() if scores}

    def bounds(self) -> tuple[float, float]:
        """The accuracy if everything that could not be judged were wrong, and if it were right."""
        low = high = 0.0
        for item, scores in self.scores.items():
            draws = len(scores) + self.unjudged[item]
            low += sum(scores) / draws
            high += (sum(scores) + self.unjudged[item]) / draws
        return low / len(self.scores), high / len(self.scores)

    def cluster_of(self, items: Iterable[str]) -> list[str] | None:
        """The cluster of each item, or nothing when the task has none; an item without one is its own."""
        return [self.clusters.get(item, f"item {item}") for item in items] if self.clusters else None
