"""Stop early, validly: strategies run against the baseline item by item, and drop out when their case is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from promptkit.bench.outcomes import Attempt
from promptkit.bench.tasks import Task
from promptkit.stats import SequentialComparison


@dataclass
class _Lane:
    """One strategy against the baseline on one task: its comparison, and how many items were fed to it."""

    comparison: SequentialComparison
    fed: int = 0


@dataclass
class Race:
    """Which strategies are still undecided, as attempts come in.

    Differences are fed in the order of the task's items, whatever order their attempts end in: a comparison that saw
    the quick items first would tell of those. An item without a judged attempt of both is passed over. Every comparison
    of the run belongs to one family (`promptkit.stats.SequentialComparison`).

    Attributes:
        baseline: the strategy that the others are compared with, by task.
    """

    tasks: Sequence[Task]
    specs: Mapping[str, Sequence[str]]
    baseline: Mapping[str, str]
    margin: float
    alpha: float
    _lanes: dict[tuple[str, str], _Lane] = field(default_factory=dict)
    _scores: dict[tuple[str, str], dict[str, float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pairs = [(t.name, s) for t in self.tasks for s in self.specs[t.name] if s != self.baseline[t.name]]
        start = SequentialComparison(self.margin, family=max(1, len(pairs)), alpha=self.alpha)
        self._lanes = {pair: _Lane(start) for pair in pairs}
        self._scores = {(t.name, s): {} for t in self.tasks for s in self.specs[t.name]}
        self._items = {task.name: [item.id for item in task.items] for task in self.tasks}

    def running(self, task: str) -> frozenset[str]:
        """The strategies that still have to run on `task`: the undecided ones, and the baseline beside them."""
        undecided = {s for (t, s), lane in self._lanes.items() if t == task and not lane.comparison.decided}
        return frozenset({*undecided, self.baseline[task]} if undecided else ())

    def add(self, attempt: Attempt) -> None:
        """Count an attempt, and feed what can be fed."""
        self._scores[attempt.task, attempt.strategy][attempt.item] = attempt.score
        for (task, spec), lane in self._lanes.items():
            if task == attempt.task and attempt.strategy in {spec, self.baseline[task]}:
                self._feed(task, spec, lane)

    def _feed(self, task: str, spec: str, lane: _Lane) -> None:
        items, ours, theirs = self._items[task], self._scores[task, spec], self._scores[task, self.baseline[task]]
        while lane.fed < len(items) and items[lane.fed] in ours and items[lane.fed] in theirs:
            score, other = ours[items[lane.fed]], theirs[items[lane.fed]]
            if score is not None and other is not None:
                lane.comparison = lane.comparison.after(score - other)
            lane.fed += 1
