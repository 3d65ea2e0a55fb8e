"""What is compared with what: strategies on models, on tasks."""

from __future__ import annotations

import dataclasses
import functools
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from promptkit.analysis.pairs import Pair, with_baseline, with_first_model
from promptkit.analysis.summary import Summary, Tallies
from promptkit.backend import Backend, Model
from promptkit.bench.bootstrapping import Makings
from promptkit.bench.example_sets import choose_by_question
from promptkit.bench.models import at_effort, batch_api_of, held_models, model_name, on_models
from promptkit.bench.strategies import Arm, Strategies, context_of, default_strategies, named_strategies
from promptkit.bench.used_wording import UsedWording
from promptkit.bench.wording import RunWording
from promptkit.errors import UsageError
from promptkit.grading.graders import GraderFunction
from promptkit.judges.named import asking, is_by_name, without_answers
from promptkit.on_ray.model import model_on
from promptkit.outcomes import Group
from promptkit.settings import RunLimits, RunSettings
from promptkit.specs import STRATEGIES, build, parse_spec
from promptkit.tasks import Item, Task
from promptkit.types import Effort
from promptkit.wording.templates import Templates
from promptkit.wrappers.wrapper import Wrapper


@dataclass(frozen=True)
class Benchmark:
    """Strategies to compare on tasks.

    Attributes:
        models: what specifications are built around, each of them; none when all strategies are objects. They stay
            open.
        strategies: strategies by the name that tables give them: objects, which hold their model, or specifications
            (`promptkit.specs`). A sequence of specifications names each by itself. Empty: those of the settings, and
            without any the default ones that suit each task.
        settings: everything else that is compared, and how calls are made. Its tasks and models are those above.
        limits: what may be used up.
        wording: the texts of all templates; by default as the files are now. Later edits change nothing.
        graders: what grades replies in place of reading their answers, by name; those of the settings.
        known_at: the endpoints under which calls of models that have moved are on record, by the models' names.

    Raises:
        UsageError: a strategy that is neither a specification nor a backend, or an object without a name.
    """

    tasks: tuple[Task, ...]
    models: tuple[Model, ...] = ()
    strategies: Strategies = ()
    settings: RunSettings = RunSettings()
    limits: RunLimits = RunLimits()
    graders: Mapping[str, GraderFunction] = dataclasses.field(default_factory=dict)
    known_at: Mapping[str, str] = dataclasses.field(default_factory=dict)
    wording: RunWording = None  # type: ignore[assignment]  # made from the settings and strategies

    def __post_init__(self) -> None:
        named = named_strategies(self.strategies)
        if cast("RunWording | None", self.wording) is None:
            object.__setattr__(self, "wording", RunWording.of(self.settings.template_folders, named.values()))

    @functools.cached_property
    def _named(self) -> Mapping[str, str | Backend]:
        return named_strategies(self.strategies or self.settings.strategies)

    def named(self) -> Mapping[str, str | Backend]:
        """The strategies by name, as they were given; empty for the default ones."""
        return self._named

    @property
    def templates(self) -> Templates:
        """The run's own templates, at the moment that it is worded by."""
        return self.wording.templates

    def arms(self, task: Task) -> tuple[Arm, ...]:
        """What runs on `task`: every specification on every model, and every object on the model that it holds.

        With several efforts each of them on every model at each effort, which then is a part of the model's name.
        """
        return tuple(self.places(task))

    def places(self, task: Task) -> dict[Arm, tuple[Model | None, Effort | None]]:
        """The arms on `task`, with the model and the effort of each."""
        made: dict[Arm, tuple[Model | None, Effort | None]] = {}
        for model in self.models or (None,):
            for effort in self.settings.effort or (None,):
                for name in self._names(task, model):
                    made.setdefault(self._arm(name, model, effort), (model, effort))
        return made

    def _names(self, task: Task, model: Model | None) -> tuple[str, ...]:
        return tuple(self._named) or default_strategies(task, is_greedy=self._is_greedy(model))

    def _arm(self, name: str, model: Model | None, effort: Effort | None) -> Arm:
        asked = self._named.get(name, name)
        if not isinstance(asked, str):
            named = model_name(asked)
        elif model is None:
            raise UsageError(f"the strategy {name!r} is a specification; give the `model` that it asks")
        else:
            named = model.name
        return Arm(name, at_effort(named, effort) if len(self.settings.effort) > 1 else named)

    def _is_greedy(self, model: Model | None) -> bool:
        """Whether prompts that set no temperature of their own are answered in the same way every time."""
        default = getattr(model, "default_temperature", None)
        return (default if self.settings.temperature is None else self.settings.temperature) == 0

    def groups(self) -> tuple[Group, ...]:
        """Task, strategy and model of all attempts."""
        return tuple(Group(task.name, *arm) for task in self.tasks for arm in self.arms(task))

    def pairs(self) -> tuple[Pair, ...]:
        """What is compared with what: strategies with the baseline, and models with the first one."""
        groups = self.groups()
        of_task = {task.name: [group for group in groups if group.task == task.name] for task in self.tasks}
        baseline = {name: self.settings.baseline or on_it[0].strategy for name, on_it in of_task.items()}
        found = [pair for name, on_it in of_task.items() for pair in with_baseline(on_it, baseline[name])]
        return (*found, *with_first_model(groups))

    def objects(self) -> tuple[str, ...]:
        """What no command line can repeat: objects, specifications under names of their own, and functions."""
        graders = (name for name, one in self.graders.items() if not is_by_name(name, one))
        return (*(name for name, asked in self._named.items() if asked != name), *graders)

    def used_wording(self) -> UsedWording:
        """Which templates its strategies use."""
        used = list[Backend]()
        for task in self.tasks:
            noted = defaultdict[Arm, Makings](Makings)
            used += self.build(task, lambda model: model, self.load, making=noted.__getitem__).values()
            used += (request.teacher for makings in noted.values() for request in makings.requests)
        return UsedWording.by(used)

    def chooses_examples(self) -> bool:
        """Whether an item may be shown other examples than another one of its task."""
        built = (self.build(task, lambda model: model, self.load).values() for task in self.tasks)
        each = any(choose_by_question(strategy) for of_task in built for strategy in of_task)
        return each or self.settings.example_sets > 1

    def is_shipped(self) -> bool:
        """Whether all strategies are made of promptkit's own techniques."""
        own = STRATEGIES.shipped
        return all(isinstance(s, str) and all(p.name in own for p in parse_spec(s)) for s in self._named.values())

    def attempts(self) -> dict[Group, int]:
        """How many attempts there will be, by task, strategy and model."""
        items = {task.name: len(task.items) for task in self.tasks}
        return {group: items[group.task] * self.settings.repetitions for group in self.groups()}

    def summary(self, counted: Tallies) -> Summary:
        """Rows and comparisons of what was counted; to the first strategy while the baseline has no attempt."""
        baseline = self.settings.baseline if self.settings.baseline in counted.strategies() else None
        return counted.summary(baseline=baseline, margin=self.settings.margin, fed=self.order())

    def order(self) -> dict[str, dict[str, int]] | None:
        """The place of each item in its task, for a comparison that stops when decided."""
        if not self.settings.stop_when_decided:
            return None
        return {task.name: {item.id: place for place, item in enumerate(task.items)} for task in self.tasks}

    def asked_models(self) -> tuple[Model, ...]:
        """The models that it asks, side models too, as far as strategies show them before they are asked."""
        found: dict[int, Model] = {}

        def noted(model: Model) -> Model:
            inner = model
            while isinstance(inner, Wrapper):
                inner = inner.backend
                if id(inner) in found:
                    return model  # a wrapper of ours around a model that is noted, such as `AsText`
            return found.setdefault(id(model), model)

        for task in self.tasks:
            for strategy in self.build(task, noted, lambda name: noted(self.load(name))).values():
                for model in held_models(strategy):  # its own change only meets those that are asked
                    noted(model)
        return tuple(found.values())

    @property
    def without_answers(self) -> bool:
        """Whether its replies are graded without reading their answers, so that items need no target."""
        return without_answers(self.graders.values())

    def judging_models(self) -> tuple[Model, ...]:
        """The models that its graders ask."""
        found = list[Model]()

        def noted(model: Model) -> Model:
            found.append(model)
            return model

        asking(self.graders, lambda name: noted(self.load(name)), noted)
        return tuple(found)

    @functools.cached_property
    def _batched(self) -> frozenset[str]:
        """The names of the models that are asked by batches, as arms have them too."""
        if not self.limits.batch:
            return frozenset()
        batched = [model.name for model in self.asked_models() if batch_api_of(model)]
        return frozenset(batched) | {at_effort(name, effort) for name in batched for effort in self.settings.effort}

    def is_batched(self, model: str) -> bool:
        """Whether the model of this name is asked by batches."""
        return model in self._batched

    def load(self, name: str) -> Model:
        """The side model called `name`."""
        return named_model(name, self.settings, self.limits.engine)

    def build(
        self,
        task: Task,
        change: Callable[[Model], Model],
        load_side_model: Callable[[str], Backend],
        item: Item | None = None,
        example_set: int | None = None,
        *,
        making: Callable[[Arm], Makings] = lambda _: Makings(),
    ) -> dict[Arm, Backend]:
        """The strategies on `task`, every model that they ask changed: for `item` and its set of examples, or for all.

        `making` hands each arm the examples that the run made for it; by default stand-ins.

        Raises:
            UsageError: one can't be built.
        """
        return {
            arm: self.build_arm(task, arm, model, change, load_side_model, making(arm), item, example_set)
            for arm, (model, _) in self.places(task).items()
        }

    def build_arm(
        self,
        task: Task,
        arm: Arm,
        model: Model | None,
        change: Callable[[Model], Model],
        load_side_model: Callable[[str], Backend],
        making: Makings,
        item: Item | None = None,
        example_set: int | None = None,
    ) -> Backend:
        """The strategy of one arm, which is on `model` where it is a specification.

        Raises:
            UsageError: it can't be built.
        """
        asked = self._named.get(arm.strategy, arm.strategy)
        if isinstance(asked, str):
            context = context_of(task, item, self.templates, load_side_model, example_set=example_set, making=making)
            asked = build(asked, change(cast("Model", model)), context)  # it may hold models of its own
        return on_models(arm.strategy, asked, change)


def named_model(name: str, settings: RunSettings, engine: str | None = None) -> Model:
    """The model called `name`, as the settings have it, in this process or on the engine.

    Raises:
        UsageError: it can't be loaded.
    """
    return model_on(name, engine, seed=settings.seed, timeout_seconds=settings.timeout_seconds)


def select_items(task: Task, settings: RunSettings) -> Task:
    """The items that the settings choose: at most `limit`, in random order where a verdict may come at any of them."""
    chosen = task.limited(settings.limit, settings.seed)
    return chosen.shuffled(settings.seed) if settings.stop_when_decided else chosen
