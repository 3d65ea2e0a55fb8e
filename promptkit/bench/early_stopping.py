"""Stop early, validly: strategies run against the baseline item by item, and drop out when their case is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from promptkit.analysis.pairs import Pair
from promptkit.outcomes import Attempt, Group
from promptkit.stats import SequentialComparison
from promptkit.tasks import Task


@dataclass
class _Running:
    """One comparison, and how many items of the task it has seen."""

    comparison: SequentialComparison
    items_seen: int = 0


@dataclass
class EarlyStopping:
    """Which comparisons are still undecided, as attempts come in.

    Differences are counted in the order of the task's items, whatever order their attempts end in: a comparison that
    saw the quick items first would describe those. An item without a judged attempt of both is passed over. Every
    comparison of the run belongs to one family (`promptkit.stats.SequentialComparison`).
    """

    tasks: Sequence[Task]
    pairs: Sequence[Pair]
    margin: float
    alpha: float
    _running: dict[Pair, _Running] = field(default_factory=dict)
    _scores: dict[Group, dict[str, float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        start = SequentialComparison(self.margin, family=max(1, len(self.pairs)), alpha=self.alpha)
        self._running = {pair: _Running(start) for pair in self.pairs}
        self._scores = {group: {} for pair in self.pairs for group in pair}
        self._items = {task.name: [item.id for item in task.items] for task in self.tasks}

    def running(self, task: str) -> frozenset[tuple[str, str]]:
        """Strategy and model of what still has to run on `task`: that of an undecided comparison."""
        undecided = [pair for pair, seen in self._running.items() if not seen.comparison.decided]
        return frozenset((g.strategy, g.model) for pair in undecided for g in pair if g.task == task)

    def add(self, attempt: Attempt) -> None:
        """Count an attempt, and compare as far as the items of both are there."""
        if attempt.group in self._scores:
            self._scores[attempt.group][attempt.item] = attempt.score
        for pair, seen in self._running.items():
            if attempt.group in pair:
                self._feed(pair, seen)

    def _feed(self, pair: Pair, seen: _Running) -> None:
        items, ours, theirs = self._items[pair.group.task], self._scores[pair.group], self._scores[pair.reference]
        while seen.items_seen < len(items) and items[seen.items_seen] in ours and items[seen.items_seen] in theirs:
            score, other = ours[items[seen.items_seen]], theirs[items[seen.items_seen]]
            if score is not None and other is not None:
                seen.comparison = seen.comparison.after(score - other)
            seen.items_seen += 1
