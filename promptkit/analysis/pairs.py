"""Which attempts are compared with which: strategies with the baseline on each model, and models with the first one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from promptkit.errors import UsageError
from promptkit.outcomes import Group
from promptkit.specs import parse_spec


class Pair(NamedTuple):
    """What is compared, and with what. Both are on the same task."""

    group: Group
    reference: Group

    @property
    def family(self) -> tuple[str, str, str]:
        """Comparisons on one task that answer one question together: which strategy on a model, or which of two."""
        return (self.group.task, self.group.model, self.reference.model)


def with_baseline(groups: Iterable[Group], baseline: str) -> list[Pair]:
    """Every strategy with the baseline on the same task and model.

    Where each strategy of a task was run on one model alone, and these differ, with the baseline on its own model.
    """
    there = dict.fromkeys(groups)
    elsewhere = _own_model(there, baseline)
    pairs = [
        Pair(group, Group(group.task, baseline, elsewhere.get(group.task, group.model)))
        for group in there
        if group.strategy != baseline
    ]
    return [pair for pair in pairs if pair.reference in there]


def with_first_model(groups: Iterable[Group]) -> list[Pair]:
    """Every strategy with itself on the first of the models that it was run on."""
    first: dict[tuple[str, str], Group] = {}
    for group in (there := dict.fromkeys(groups)):
        first.setdefault((group.task, group.strategy), group)
    pairs = [Pair(group, first[group.task, group.strategy]) for group in there]
    return [pair for pair in pairs if pair.group != pair.reference]


def with_inner(groups: Iterable[Group], baseline: str) -> list[Pair]:
    """Every strategy of several parts with the one inside its outermost part: what `reflect` adds in `cot+reflect`.

    Where that is the baseline it is left out: `with_baseline` has it.
    """
    there = dict.fromkeys(groups)
    of_parts = {(g.task, g.model, parts): g for g in there if (parts := comparable_parts(g.strategy))}
    inside = {g: of_parts.get((g.task, g.model, (comparable_parts(g.strategy) or ())[:-1])) for g in there}
    return [Pair(group, one) for group, one in inside.items() if one and one.strategy != baseline]


def comparable_parts(strategy: str) -> tuple[str, ...] | None:
    """The parts in a form that can be compared, innermost first; nothing for a name that is not a specification."""
    try:
        return tuple(f"{part.name}@{part.wording} {sorted(part.options.items())}" for part in parse_spec(strategy))
    except UsageError:
        return None


def outermost(strategy: str) -> str:
    """The name of the outermost part of a strategy."""
    parts = comparable_parts(strategy)
    return parts[-1].partition("@")[0] if parts else strategy


def _own_model(groups: Iterable[Group], baseline: str) -> dict[str, str]:
    """The model of the baseline, for every task on which each strategy was run on one model alone."""
    models: dict[str, dict[str, list[str]]] = {}
    for task, strategy, model in groups:
        models.setdefault(task, {}).setdefault(strategy, []).append(model)
    return {
        task: by_strategy[baseline][0]
        for task, by_strategy in models.items()
        if baseline in by_strategy and all(len(of_strategy) == 1 for of_strategy in by_strategy.values())
    }
