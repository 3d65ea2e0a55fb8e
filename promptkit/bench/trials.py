"""The trials of a benchmark: every item under all strategies, as often as it is repeated."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from promptkit.backend import Backend, Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Makings, Prepared
from promptkit.bench.runner import Trial
from promptkit.bench.strategies import Arm
from promptkit.strategy import Strategy

if TYPE_CHECKING:
    from promptkit.bench.early_stopping import EarlyStopping


def trials_of(
    benchmark: Benchmark,
    change: Callable[[Model], Model],
    load_side_model: Callable[[str], Backend],
    early_stopping: EarlyStopping | None,
    prepared: Prepared,
) -> Iterator[Trial]:
    """The trials, made as they are asked for: of strategies that are decided by then there are none.

    `prepared` has the examples that the run made for its strategies, and which of them it does not run without.
    """
    settings = benchmark.settings
    for task in benchmark.tasks:
        build = functools.partial(
            benchmark.build, task, change, load_side_model, making=functools.partial(_made_for, prepared, task.name)
        )
        strategies = build()
        native = frozenset(arm for arm, strategy in strategies.items() if task.native and _has_schema(strategy))
        efforts = {arm: effort for arm, (_, effort) in benchmark.places(task).items() if effort is not None}
        ended = {arm for place, arm in prepared.ended if place == task.name}
        for item in task.items:
            built = build(item) if item.examples else strategies
            own = {arm: strategy for arm, strategy in built.items() if arm not in ended}
            paid_for = set[object]()
            if early_stopping is not None:
                running = early_stopping.running(task.name)
                own = {arm: built for arm, built in own.items() if arm in running}
            if not own:
                break
            for replicate in range(settings.repetitions):
                if settings.example_sets > 1:
                    own = build(item, replicate)
                yield Trial(
                    task=task.name,
                    item=item,
                    answer=dataclasses.replace(task.answer, allow_code=benchmark.limits.allow_code),
                    strategies=own,
                    temperature=settings.temperature,
                    max_tokens=settings.max_tokens,
                    efforts=efforts,
                    native=native,
                    replicate=replicate,
                    independent=settings.independent,
                    fresh=settings.example_sets == 1,
                    seconds=settings.item_seconds,
                    paid_for=set() if settings.example_sets == 1 else paid_for,
                )


def _made_for(prepared: Prepared, task: str, arm: Arm) -> Makings:
    return Makings(prepared.made.get((task, arm), ()))


def _has_schema(strategy: Backend) -> bool:
    """Whether the model under a strategy can be held to a schema."""
    base = strategy.base if isinstance(strategy, Strategy) else strategy
    return bool(getattr(base, "has_schema", False))
