"""Put a benchmark together: tasks and strategies become trials, every model is guarded and recorded."""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from promptkit.analysis.comparison import ALPHA
from promptkit.analysis.pairs import Pair, with_baseline, with_first_model
from promptkit.analysis.summary import Summary, Tallies
from promptkit.backend import Backend, Model
from promptkit.bench.example_sets import check_example_sets, choose_by_question
from promptkit.bench.guard import guarded_model, priced_model
from promptkit.bench.models import Models, at_effort, batch_api_of, held_models, model_name, on_models
from promptkit.bench.runner import Trial, run_trials
from promptkit.bench.stores import StoppingCalls
from promptkit.bench.strategies import Arm, Strategies, context_of, default_strategies, named_strategies
from promptkit.bench.used_wording import UsedWording
from promptkit.bench.wording import RunWording
from promptkit.errors import InvalidRequest, Stopped, TemplateError, UsageError
from promptkit.formatting import joined
from promptkit.grading.graders import GraderFunction
from promptkit.grading.judging import Judging, Unjudged, judging_by
from promptkit.judges.named import asking, graders_by_name, is_by_name, with_rubrics
from promptkit.lint.gate import require_sound
from promptkit.logs import kind, logger
from promptkit.on_ray.model import is_on_ray, model_on
from promptkit.outcomes import Attempt, Group
from promptkit.random_draws import require_possible
from promptkit.record.batches import BatchLedger, RecordedBatch
from promptkit.record.wordings import RecordedText
from promptkit.settings import RunLimits, RunSettings, known_answer
from promptkit.specs import STRATEGIES, build, parse_spec
from promptkit.strategy import Strategy
from promptkit.tasks import Item, Task, load_task
from promptkit.tasks.first_run import first_run
from promptkit.types import Effort
from promptkit.wording.templates import Templates
from promptkit.wrappers.cache import Calls
from promptkit.wrappers.outage import Patience, Trouble
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.waves import Waves
from promptkit.wrappers.wrapper import Wrapper

if TYPE_CHECKING:
    from promptkit.bench.early_stopping import EarlyStopping


WINDOW = 20_000  # attempts that wait for batches at the same time


_log = logger("bench")


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

    @classmethod
    def planned(cls, settings: RunSettings, limits: RunLimits, recorded: Sequence[RecordedText] = ()) -> Benchmark:
        """The benchmark that the settings describe: their tasks and models loaded, and all of it checked.

        `recorded` are the texts of templates that it is to be worded with.

        Raises:
            UsageError: what is wrong with them.
        """
        known_answer(settings.answer)
        settings = settings.updated({"grader": with_rubrics(settings.grader)}) if settings.grader else settings
        if not settings.tasks:
            first = first_run()
            settings = settings.updated({"tasks": tuple(first.tasks), "limit": settings.limit or first.limit})
        tasks = [
            load_task(
                name, answer=settings.answer, labels=settings.labels, seed=settings.seed, **settings.reading()
            ).marked(settings.think_tags)
            for name in settings.tasks
        ]
        models = tuple(named_model(name, settings, limits.engine) for name in settings.model)
        chosen = tuple(select_items(task, settings) for task in tasks)
        wording = RunWording.of(settings.template_folders, settings.strategies, recorded)
        graders = graders_by_name(settings.grader, wording.templates)
        planned = cls(chosen, models, (), settings, limits, graders, wording=wording)
        planned.check()
        return planned

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
        return tuple(self._places(task))

    def _places(self, task: Task) -> dict[Arm, tuple[Model | None, Effort | None]]:
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
        built = (self._build(task, lambda model: model, self.load).values() for task in self.tasks)
        return UsedWording.by(strategy for of_task in built for strategy in of_task)

    def chooses_examples(self) -> bool:
        """Whether an item may be shown other examples than another one of its task."""
        built = (self._build(task, lambda model: model, self.load).values() for task in self.tasks)
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

    def check(self) -> None:
        """Find what is wrong with the plan before anything is sent.

        Raises:
            UsageError: a strategy that can't be built for one of the tasks, or takes several draws of a model that
                answers greedily; two tasks of one name, an item without a target where answers are read, a baseline
                that is not run, a judge whose model is unknown, or a limit in dollars that can't be kept.
        """
        settings, limits = self.settings, self.limits
        priced = functools.partial(priced_model, limits=limits)
        if settings.stop_when_decided and any(item.cluster for task in self.tasks for item in task.items):
            raise UsageError("`stop_when_decided` does not support tasks with clusters; it counts items as independent")
        if settings.stop_when_decided and settings.replicates > 1:
            raise UsageError("`stop_when_decided` supports one of `replicates`; repetitions are not independent")
        if limits.max_cost is not None and settings.max_tokens is None:
            raise UsageError("`max_cost` needs `max_tokens`, or one reply could exceed it")
        if settings.example_sets > 1 and (settings.stop_when_decided or settings.replicates > 1):
            other = "stop_when_decided" if settings.stop_when_decided else "replicates"
            raise UsageError(f"`example_sets` repeats every item, and so does not go with `{other}`; leave one out")
        require_sound(self.templates)
        _check_names(self.models)
        asking(self.graders, lambda name: priced(self.load(name)), priced)  # what can not be loaded raises
        for task in self.tasks:
            if task.answer.kind == "code" and not self.graders and not limits.allow_code:
                fact = f"task {task.name} is graded by running code that the model writes, with limits, on this machine"
                raise UsageError(f"{fact}; look at docs/security.md, and allow it by `allow_code`")
            if not self.graders:
                task.check_targets()
            names = list(dict.fromkeys(arm.strategy for arm in self.arms(task)))
            if settings.baseline and settings.baseline not in names:
                shown = ", ".join(names)
                raise UsageError(
                    f"the baseline {settings.baseline!r} is not one of the strategies on {task.name}: {shown}"
                )
            if sum(other.name == task.name for other in self.tasks) > 1:
                raise UsageError(f"two tasks are called {task.name}; rename one; results are kept by name")
            try:
                built = self._build(task, priced, lambda name: priced(self.load(name)))
                asked = task.items[0].prompt(temperature=settings.temperature, max_tokens=settings.max_tokens)
                for arm, (_, effort) in self._places(task).items():
                    require_possible(arm.strategy, built[arm], asked.with_effort(effort))
                self._check_compared(task)
                if settings.example_sets > 1:
                    check_example_sets(built, self._named)
            except TemplateError:
                raise
            except UsageError as error:
                raise UsageError(f"task {task.name}: {error}") from None
        if limits.engine is not None:
            self._check_engine()
        if limits.batch:
            self.check_batches()

    def _check_engine(self) -> None:
        """See that every model can be loaded elsewhere, which takes its name, and is asked there."""
        if self.limits.batch:
            raise UsageError("`engine` does not go with `batch`: a batch is one request of this process; leave one out")
        for model in self.asked_models():
            if not is_on_ray(model):
                fact = f"`engine`: {model.name} was given as an object, and actors load models by name"
                raise UsageError(f"{fact}; give provider/name, or module:name")

    def _check_compared(self, task: Task) -> None:
        """See that every strategy has a comparison to decide, where a run stops when it is."""
        compared = {group for pair in self.pairs() for group in pair}
        for arm in self.arms(task) if self.settings.stop_when_decided else ():
            if Group(task.name, *arm) not in compared:
                fact = f"`stop_when_decided`: nothing is compared with {arm.strategy} on {arm.model}"
                raise UsageError(f"{fact}; give another strategy, or leave it out")

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
            for strategy in self._build(task, noted, lambda name: noted(self.load(name))).values():
                for model in held_models(strategy):  # its own change only meets those that are asked
                    noted(model)
        return tuple(found.values())

    async def run(
        self,
        store: Calls,
        done: Callable[[Attempt], None],
        stop: Stop | None = None,
        *,
        on_trouble: Callable[[str, Trouble | None], None] = lambda _model, _trouble: None,
        ledger: BatchLedger | None = None,
        on_batches: Callable[[Sequence[RecordedBatch]], None] = lambda _batches: None,
    ) -> dict[Arm, InvalidRequest]:
        """Ask, judge, and hand every attempt to `done`. Calls that `store` has are not made again.

        Call `stop`, in the event loop, to end it: nothing more is sent then, and calls in flight are finished. A model
        that answers nothing is waited for (`Outage`), which `on_trouble` is called about: with the model's name and
        what is wrong, and with `None` when it answers again. Attempts that need another model go on meanwhile.

        With `ledger` models that have a batch API are asked by batches, which are noted there; `on_batches` is called
        with those that are worked on.

        Returns:
            The strategies that a model refused altogether, with its errors.

        Raises:
            PromptkitError: what stops a run (see `run_trials`).
        """
        stop, spent, waits = stop or Stop(), Spent(), asyncio.Event()
        if self.limits.batch and ledger is None:
            raise UsageError("a run by batches needs a directory, where they are noted before they are sent; give one")
        waves = None if ledger is None else self._waves(ledger, stop, on_batches)
        mains = {model_name(asked) for asked in self._named.values() if not isinstance(asked, str)}
        mains |= {model.name for model in self.models}
        everyone_waits_for = mains.pop() if len(mains) == 1 else None

        def guarded(model: Model) -> Model:
            patience = Patience(
                seconds=self.settings.patience,
                silent_seconds=self.settings.silent_seconds,
                on_trouble=on_trouble,
                postpones=lambda: model.name != everyone_waits_for and not waits.is_set(),
            )
            return guarded_model(
                model,
                self.settings,
                self.limits,
                store=store,
                stop=stop,
                spent=spent,
                patience=patience,
                known_at=self.known_at.get(model.name),
                waves=waves,
            )

        _log.info(
            "a run of %d attempts begins: %s",
            sum(self.attempts().values()),
            ", ".join(model.name for model in self.models),
        )
        store = StoppingCalls(store, stop)
        models = Models(guarded, self.load)
        seconds = math.inf if self.limits.run_seconds is None else self.limits.run_seconds
        over = Stopped(f"the {seconds:g} s of `run_seconds` are over")
        timer = asyncio.get_running_loop().call_later(seconds, stop, over)
        try:
            return await self.run_on(
                models.guarded,
                models.named,
                done,
                stop,
                wait_for_models=waits.set,
                judging=judging_by(asking(self.graders, models.named, models.guarded)),
                at_once=None if waves is None else self._window(),
            )
        finally:
            timer.cancel()
            _log.info("the run ended: %s", kind(stop.reason) if stop.reason else "all was asked")
            stop(Stopped("the run is over"))  # to calls that nobody waits for any more
            if waves is not None:
                await waves.aclose()
            await models.aclose()

    def _waves(self, ledger: BatchLedger, stop: Stop, on_batches: Callable[[Sequence[RecordedBatch]], None]) -> Waves:
        seconds, attempts = self.limits.batch_wait, self.settings.attempts
        return Waves(ledger, attempts=attempts, stop=stop, seconds=seconds, progress=on_batches)

    def _window(self) -> int:
        """How many items wait for batches at the same time: all, as far as memory allows."""
        items = sum(len(task.items) for task in self.tasks) * self.settings.repetitions
        widest = max(len(self.arms(task)) for task in self.tasks)
        return max(self.settings.concurrency, min(items, WINDOW // max(1, widest)))

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

    def check_batches(self) -> None:
        """See that what is to be asked by batches can be.

        Raises:
            UsageError: there is a time limit for items, or no model has a batch API.
        """
        if self.settings.item_seconds is not None:
            raise UsageError("`item_seconds` does not go with `batch`: a batch takes up to 24 hours; leave it out")
        if not any(batch_api_of(model) for model in self.asked_models()):
            names = joined([model.name for model in self.asked_models()])
            raise UsageError(f"`batch`: {names} has no batch API; OpenAI's and Anthropic's own models do; leave it out")

    def load(self, name: str) -> Model:
        """The side model called `name`."""
        return named_model(name, self.settings, self.limits.engine)

    async def run_on(
        self,
        change: Callable[[Model], Model],
        load_side_model: Callable[[str], Backend],
        done: Callable[[Attempt], None],
        stop: Stop | None = None,
        *,
        wait_for_models: Callable[[], None] = lambda: None,
        judging: Judging | None = None,
        at_once: int | None = None,
    ) -> dict[Arm, InvalidRequest]:
        """The same with every model replaced by what `change` makes of it: unguarded, unrecorded and unjudged.

        With `judging` replies are judged by it; `at_once` is how many items are tried at the same time, by default as
        many as the settings allow calls.
        """
        stopping = self._early_stopping() if self.settings.stop_when_decided else None

        def done_and_counted(attempt: Attempt) -> None:
            if stopping is not None:
                stopping.add(attempt)
            done(attempt)

        trials = self._trials(change, load_side_model, stopping)
        with self.wording.pinned():
            return await run_trials(
                trials,
                at_once or self.settings.concurrency,
                done_and_counted,
                stop,
                wait_for_models=wait_for_models,
                judging=judging or Unjudged(),
            )

    def _early_stopping(self) -> EarlyStopping:
        from promptkit.bench.early_stopping import EarlyStopping  # numpy and scipy, which most runs need at their end

        return EarlyStopping(self.tasks, self.pairs(), self.settings.margin, ALPHA)

    def _trials(
        self,
        change: Callable[[Model], Model],
        load_side_model: Callable[[str], Backend],
        early_stopping: EarlyStopping | None,
    ) -> Iterator[Trial]:
        settings = self.settings
        for task in self.tasks:
            strategies = self._build(task, change, load_side_model)
            native = frozenset(arm for arm, strategy in strategies.items() if task.native and _has_schema(strategy))
            efforts = {arm: effort for arm, (_, effort) in self._places(task).items() if effort is not None}
            for item in task.items:
                own = self._build(task, change, load_side_model, item) if item.examples else strategies
                paid_for = set[object]()
                if early_stopping is not None:
                    running = early_stopping.running(task.name)
                    own = {arm: built for arm, built in own.items() if arm in running}
                if not own:
                    break
                for replicate in range(settings.repetitions):
                    if settings.example_sets > 1:
                        own = self._build(task, change, load_side_model, item, replicate)
                    yield Trial(
                        task=task.name,
                        item=item,
                        answer=dataclasses.replace(task.answer, allow_code=self.limits.allow_code),
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

    def _build(
        self,
        task: Task,
        change: Callable[[Model], Model],
        load_side_model: Callable[[str], Backend],
        item: Item | None = None,
        example_set: int | None = None,
    ) -> dict[Arm, Backend]:
        context = context_of(task, item, self.templates, load_side_model, example_set=example_set)
        built = {}
        for arm, (model, _) in self._places(task).items():
            asked = self._named.get(arm.strategy, arm.strategy)
            if isinstance(asked, str):
                asked = build(asked, change(cast("Model", model)), context)  # it may hold models of its own
            built[arm] = on_models(arm.strategy, asked, change)
        return built


def named_model(name: str, settings: RunSettings, engine: str | None = None) -> Model:
    """The model called `name`, as the settings have it, in this process or on the engine.

    Raises:
        UsageError: it can't be loaded.
    """
    return model_on(name, engine, seed=settings.seed, timeout_seconds=settings.timeout_seconds)


def _has_schema(strategy: Backend) -> bool:
    """Whether the model under a strategy can be held to a schema."""
    base = strategy.base if isinstance(strategy, Strategy) else strategy
    return bool(getattr(base, "has_schema", False))


def _check_names(models: tuple[Model, ...]) -> None:
    names = [model.name for model in models]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"two models are called {twice}; results are kept by name, so give each `model` once")


def select_items(task: Task, settings: RunSettings) -> Task:
    """The items that the settings choose: at most `limit`, in random order where a verdict may come at any of them."""
    chosen = task.limited(settings.limit, settings.seed)
    return chosen.shuffled(settings.seed) if settings.stop_when_decided else chosen
