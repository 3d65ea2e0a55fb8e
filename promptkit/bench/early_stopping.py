"""Stop early, validly: strategies run against the baseline item by item, and drop out when their case is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from promptkit.outcomes import Attempt
from promptkit.stats import SequentialComparison
from promptkit.tasks import Task


@dataclass
class _Arm:
    """One strategy against the baseline on one task: its comparison, and how many items it has seen."""

    comparison: SequentialComparison
    items_seen: int = 0


@dataclass
class EarlyStopping:
    """Which strategies are still undecided, as attempts come in.

    Differences are counted in the order of the task's items, whatever order their attempts end in: a comparison that
    saw the quick items first would describe those. An item without a judged attempt of both is passed over. Every
    comparison of the run belongs to one family (`promptkit.stats.SequentialComparison`).

    Attributes:
        baseline: the strategy that the others are compared with, by task.
    """

    tasks: Sequence[Task]
    specs: Mapping[str, Sequence[str]]
    baseline: Mapping[str, str]
    margin: float
    alpha: float
    _arms: dict[tuple[str, str], _Arm] = field(default_factory=dict)
    _scores: dict[tuple[str, str], dict[str, float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pairs = [(t.name, s) for t in self.tasks for s in self.specs[t.name] if s != self.baseline[t.name]]
        start = SequentialComparison(self.margin, family=max(1, len(pairs)), alpha=self.alpha)
        self._arms = {pair: _Arm(start) for pair in pairs}
        self._scores = {(t.name, s): {} for t in self.tasks for s in self.specs[t.name]}
        self._items = {task.name: [item.id for item in task.items] for task in self.tasks}

    def running(self, task: str) -> frozenset[str]:
        """The strategies that still have to run on `task`: the undecided ones, and the baseline beside them."""
        undecided = {s for (t, s), arm in self._arms.items() if t == task and not arm.comparison.decided}
        return frozenset({*undecided, self.baseline[task]} if undecided else ())

    def add(self, attempt: Attempt) -> None:
        """Count an attempt, and compare as far as the items of both are there."""
        self._scores[attempt.task, attempt.strategy][attempt.item] = attempt.score
        for (task, spec), arm in self._arms.items():
            if task == attempt.task and attempt.strategy in {spec, self.baseline[task]}:
                self._feed(task, spec, arm)

    def _feed(self, task: str, spec: str, arm: _Arm) -> None:
        items, ours, theirs = self._items[task], self._scores[task, spec], self._scores[task, self.baseline[task]]
        while arm.items_seen < len(items) and items[arm.items_seen] in ours and items[arm.items_seen] in theirs:
            score, other = ours[items[arm.items_seen]], theirs[items[arm.items_seen]]
            if score is not None and other is not None:
                arm.comparison = arm.comparison.after(score - other)
            arm.items_seen += 1
