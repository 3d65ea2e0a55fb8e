"""What is to be optimised, checked before anything is sent: the strategy, its items, its budget."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.forecast import forecast
from promptkit.bench.strategies import context_of
from promptkit.bench.wording import RunWording
from promptkit.errors import UsageError
from promptkit.judges.named import asking_graders
from promptkit.optimizing.editable import Shown, parts_in, strategies_of
from promptkit.optimizing.splits import Sizes, Splits, split
from promptkit.optimizing.steps import used_steps
from promptkit.optimizing.versions import Versions
from promptkit.providers.function import FunctionModel
from promptkit.specs import build
from promptkit.strategies import FewShot
from promptkit.strategy import Strategy
from promptkit.tasks import Item, Task
from promptkit.wording.templates import Templates

What = Literal["wording", "examples"]
MAX_CALLS = 1_000  # requests, where no other number is given
MINIBATCH = 6  # train items that a candidate is tried out on beside its parent; the paper takes 3
TRIES = 15  # steps in a row that bring no candidate to the validation items, until the search ends
LOCAL = ("nano", "nano-base", "gguf")  # providers of models that are mostly too small to write prompts


@dataclass(frozen=True)
class Plan:
    """An optimisation.

    Attributes:
        benchmark: the strategy on all items of the task.
        reflection: the model that proposes wordings, and `reflection_model` how it was named.
        versions: what is changed.
        per_attempt: calls that an attempt takes at most.
        only: what alone is changed; `None`: wordings and examples.
    """

    benchmark: Benchmark
    reflection: Model
    reflection_model: str
    versions: Versions
    splits: Splits
    max_calls: int
    per_attempt: int
    only: What | None = None

    @property
    def task(self) -> Task:
        """What is asked."""
        return self.benchmark.tasks[0]

    @property
    def proof_calls(self) -> int:
        """Requests that are kept back for the proof: both wordings on all held-out items."""
        return 2 * self.per_attempt * len(self.splits.held_out)

    @property
    def search_calls(self) -> int:
        """Requests that the search may send."""
        return self.max_calls - self.proof_calls

    @property
    def step_calls(self) -> int:
        """Requests that a step takes at most: parent and child on a few items, a reflection, and the validation."""
        return self.per_attempt * (2 * self.minibatch + len(self.splits.validation)) + 1

    @property
    def minibatch(self) -> int:
        """Train items that a candidate is tried out on."""
        return min(MINIBATCH, len(self.splits.train))

    @property
    def wants_reflection(self) -> bool:
        """Whether a model has to propose something."""
        return bool(self.versions.parts)

    @property
    def doubts(self) -> str:
        """Why the reflection model may be a bad one; empty when nothing speaks against it."""
        provider = self.reflection.name.partition("/")[0]
        if not self.wants_reflection or provider not in LOCAL:
            return ""
        fact = f"{self.reflection.name} is asked to write prompts, which small models can't do"
        return f"{fact}; give a stronger one by --reflection-model"

    def check(self) -> None:
        """See whether the budget is enough for the proof and a step.

        Raises:
            UsageError: it is not.
        """
        first = self.per_attempt * len(self.splits.validation)
        needed = self.proof_calls + first + self.step_calls
        if self.max_calls < needed:
            proof = f"the proof on {len(self.splits.held_out)} held-out items takes {self.proof_calls:,}"
            search = f"the first step of the search {first + self.step_calls:,}"
            way_out = f"raise it to {needed:,}, or ask for fewer items"
            raise UsageError(f"`max_calls` {self.max_calls:,} leaves no room: {proof}, and {search}; {way_out}")

    @cached_property
    def identity(self) -> dict[str, Any]:
        """What may not change when it goes on, for the record."""
        items = [[item.id for item in of] for of in (self.splits.train, self.splits.validation, self.splits.held_out)]
        questions = [item.question for item in (*self.splits.train, *self.splits.validation, *self.splits.held_out)]
        return {
            "strategy": self.versions.spec,
            "reflection_model": self.reflection_model,
            "components": self.versions.original,
            "sizes": [len(of) for of in items],
            "items": hashlib.sha256(json.dumps([items, questions]).encode()).hexdigest(),
        }

    def to_record(self) -> dict[str, Any]:
        """What a record keeps, so that it can be resumed."""
        return {**self.identity, "only": self.only, "max_calls": self.max_calls}

    def on(self, items: tuple[Item, ...], *specs: str, templates: Templates | None = None) -> Benchmark:
        """The benchmark of these specifications on some items."""
        settings = self.benchmark.settings.updated({"strategies": specs, "baseline": specs[0]})
        wording = RunWording(templates or self.benchmark.templates)
        task = dataclasses.replace(self.task, items=items)
        return dataclasses.replace(self.benchmark, tasks=(task,), strategies=specs, settings=settings, wording=wording)


async def planned(
    benchmark: Benchmark,
    reflection: Model,
    *,
    reflection_model: str = "",
    only: What | None = None,
    sizes: Sizes | None = None,
    max_calls: int = MAX_CALLS,
) -> Plan:
    """The plan for the one strategy of `benchmark`, on its one task and model. Nothing is sent.

    Raises:
        UsageError: there is nothing to change, too few items, or too small a budget.
    """
    spec = _only(benchmark)
    task = benchmark.tasks[0]
    strategies = strategies_of(spec, _built(spec, benchmark))
    used = await used_steps(benchmark, spec, strategies)
    parts = parts_in(strategies, used) if only != "examples" else ()
    shown, count = _shown(strategies, task) if not any(item.examples for item in task.items) else (None, 0)
    chosen = shown if only != "wording" else None
    splits = split(task, sizes or Sizes(), shown=count, chooses=chosen is not None, seed=benchmark.settings.seed)
    if not parts and chosen is None:
        there = "examples that could be chosen" if only == "examples" else "words that could be changed"
        raise UsageError(f"{spec} has no {there} on task {task.name}; name another strategy, such as cot")
    versions = Versions(spec, tuple(strategies), benchmark.templates, parts, chosen, splits.pool)
    named = reflection_model or reflection.name
    per_attempt = await _calls_of_an_attempt(benchmark, spec)
    made = Plan(benchmark, reflection, named, versions, splits, max_calls, per_attempt, only)
    made.check()
    return made


def _only(benchmark: Benchmark) -> str:
    named = benchmark.named()
    for what, found in (("strategy", named), ("task", benchmark.tasks), ("model", benchmark.models)):
        if len(found) != 1:
            raise UsageError(f"one {what} is optimised at a time, got {len(found)}")
    ((name, asked),) = named.items()
    if not isinstance(asked, str):
        raise UsageError(f"{name} is an object; give the strategy as a specification, such as cot")
    return asked


def _built(spec: str, benchmark: Benchmark) -> object:
    unsent = FunctionModel(lambda _: "")
    return build(spec, unsent, context_of(benchmark.tasks[0], None, benchmark.templates, lambda _: unsent))


def _shown(strategies: list[Strategy], task: Task) -> tuple[Shown | None, int]:
    """The few-shot technique, and how many train rows have to be kept for examples."""
    for place, strategy in enumerate(strategies):
        examples = getattr(strategy, "examples", ())
        if examples and all(one in task.train for one in examples):
            numbers = tuple(task.train.index(one) + 1 for one in examples)
            fixed = isinstance(strategy, FewShot) and strategy.select == "fixed" and strategy.max_tokens is None
            return (Shown(place, cast("FewShot", strategy), numbers) if fixed else None), max(numbers)
    return None, 0


async def _calls_of_an_attempt(benchmark: Benchmark, spec: str) -> int:
    """The most calls that it is expected to take, those of graders included."""
    task = dataclasses.replace(benchmark.tasks[0], items=benchmark.tasks[0].items[:3])
    (found,) = await forecast(dataclasses.replace(benchmark, tasks=(task,), strategies=(spec,)))
    return math.ceil(found.paid[1] / found.attempts) + len(asking_graders(benchmark.graders))
