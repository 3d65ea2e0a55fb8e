"""Put a benchmark together: tasks and specifications become contests, the model is guarded and recorded."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptkit.backend import Backend, Model
from promptkit.backends.breaker import Breaker
from promptkit.backends.budget import Budget, Spent
from promptkit.backends.by_name import load_model
from promptkit.backends.cache import Cache
from promptkit.backends.function import FunctionModel
from promptkit.backends.limit import Limit
from promptkit.backends.retry import Retry
from promptkit.bench.comparison import ALPHA
from promptkit.bench.outcomes import Attempt
from promptkit.bench.prices import cost_usd
from promptkit.bench.runner import Contest, run_contests
from promptkit.bench.tasks import Item, Task
from promptkit.errors import UsageError
from promptkit.specs import Setting, build
from promptkit.store import CallStore
from promptkit.templates import Templates

if TYPE_CHECKING:
    from promptkit.bench.race import Race

SHOTS = 4  # examples of the train split that `few-shot` shows; an item's own are shown all
DEFAULT_STRATEGIES = (
    "direct",
    "instructions",
    "few-shot",
    "cot",
    "plan",
    "cot+reflect",
    "cot+self-consistency(draws=5,temperature=0.8)",
)


@dataclass(frozen=True)
class Benchmark:
    """Strategies to compare on tasks.

    Attributes:
        strategies: specifications (see `promptkit.specs`); empty means the default ones that each task allows.
        concurrency: the most calls in the air at the same time.
        attempts: how often a call is tried at most.
        temperature: `None` is the model's default.
        replicates: how often everything is repeated, on fresh draws; an item's repetitions are averaged.
        baseline: the strategy that the others are compared with; the first when not given.
        stop_margin: stop a strategy as soon as it is decided, validly, whether it is better or worse than the baseline,
            or differs by no more than this; `None` runs all items. Items should be in random order.
        max_calls: the most requests sent, failed ones included; `max_usd`: the most that is spent.
        independent: whether each strategy makes its own draws, instead of sharing calls with the others.
    """

    tasks: tuple[Task, ...]
    model: Model
    strategies: tuple[str, ...] = ()
    concurrency: int = 16
    attempts: int = 6
    temperature: float | None = None
    max_tokens: int | None = None
    templates: Templates = Templates()
    seed: int = 0
    replicates: int = 1
    independent: bool = False
    baseline: str | None = None
    stop_margin: float | None = None
    max_calls: int | None = None
    max_usd: float | None = None

    def specs(self, task: Task) -> tuple[str, ...]:
        """The specifications that run on `task`."""
        return self.strategies or tuple(s for s in DEFAULT_STRATEGIES if _allowed(s, task))

    def total(self) -> int:
        """How many attempts there will be."""
        return self.replicates * sum(len(task.items) * len(self.specs(task)) for task in self.tasks)

    def check(self) -> None:
        """Find what is wrong with the plan before anything is sent.

        Raises:
            UsageError: a specification that can't be built for one of the tasks, two tasks of one name, a baseline
                that is not run, or a limit in dollars that can't be kept.
        """
        if self.stop_margin is not None and any(item.cluster for task in self.tasks for item in task.items):
            raise UsageError("--stop-when-decided goes without clusters: it counts every item as independent")
        if self.stop_margin is not None and self.replicates > 1:
            raise UsageError("--stop-when-decided goes with one replicate: repetitions of an item are not independent")
        if self.max_usd is not None:
            if self.max_tokens is None:
                raise UsageError("--max-cost needs --max-tokens, or one reply could exceed it")
            Budget(self.model, max_usd=self.max_usd, price=functools.partial(cost_usd, self.model.model))
        nobody = FunctionModel(lambda _: "")
        for task in self.tasks:
            specs = self.specs(task)
            if self.baseline and self.baseline not in specs:
                raise UsageError(
                    f"the baseline {self.baseline!r} is none of the strategies on {task.name}: {', '.join(specs)}"
                )
            if sum(other.name == task.name for other in self.tasks) > 1:
                raise UsageError(f"two tasks are called {task.name}; their answers could not be told apart")
            try:
                self._build(task, nobody, lambda name: load_model(name, seed=self.seed))
            except UsageError as error:
                raise UsageError(f"task {task.name}: {error}") from None

    async def run(self, store: CallStore, done: Callable[[Attempt], None]) -> None:
        """Ask, judge, and hand every attempt to `done`. Calls that `store` has are not made again.

        Raises:
            PromptkitError: what stops a run (see `run_contests`).
        """
        spent = Spent()
        opened: list[Model] = []

        def guard(model: Model) -> Model:
            # every call in the air may fail once, and again, without the model being down
            limited: Model = Limit(Breaker(model, failures=5 * self.concurrency), self.concurrency)
            if self.max_calls is not None or self.max_usd is not None:
                price = functools.partial(cost_usd, model.model)
                limited = Budget(limited, max_calls=self.max_calls, max_usd=self.max_usd, price=price, spent=spent)
            opened.append(Cache(Retry(limited, attempts=self.attempts), store))
            return opened[-1]

        try:
            await self.run_on(guard(self.model), _once(lambda name: guard(load_model(name, seed=self.seed))), done)
        finally:
            for model in opened:
                await model.aclose()

    async def run_on(
        self, model: Model, load_critic: Callable[[str], Backend], done: Callable[[Attempt], None]
    ) -> None:
        """The same on `model` as it is: unguarded and unrecorded."""
        race = self._race() if self.stop_margin is not None else None

        def also_fed(attempt: Attempt) -> None:
            if race is not None:
                race.add(attempt)
            done(attempt)

        await run_contests(self._contests(model, load_critic, race), self.concurrency, also_fed)

    def _race(self) -> Race:
        from promptkit.bench.race import Race  # numpy and scipy, which most runs need only at their end

        specs = {task.name: self.specs(task) for task in self.tasks}
        baseline = {name: self.baseline or of_task[0] for name, of_task in specs.items()}
        return Race(self.tasks, specs, baseline, self.stop_margin or 0.0, ALPHA)

    def _contests(self, model: Model, load_critic: Callable[[str], Backend], race: Race | None) -> Iterator[Contest]:
        for task in self.tasks:
            strategies = self._build(task, model, load_critic)
            for item in task.items:
                own = self._build(task, model, load_critic, item) if item.examples else strategies
                if race is not None:
                    running = race.running(task.name)
                    own = {spec: built for spec, built in own.items() if spec in running}
                if not own:
                    break
                for replicate in range(self.replicates):
                    yield Contest(
                        task=task.name,
                        model=model.model,
                        item=item,
                        answer=task.answer,
                        strategies=own,
                        temperature=self.temperature,
                        max_tokens=self.max_tokens,
                        replicate=replicate,
                        independent=self.independent,
                    )

    def _build(
        self, task: Task, model: Model, load_critic: Callable[[str], Backend], item: Item | None = None
    ) -> dict[str, Backend]:
        own = item.examples if item else next((i.examples for i in task.items if i.examples), ())
        setting = Setting(
            answer=task.answer,
            examples=own or task.train,
            shots=len(own) or SHOTS,
            instructions=task.instructions or {},
            templates=self.templates,
            load_model=load_critic,
        )
        return {spec: build(spec, model, setting) for spec in self.specs(task)}


def _allowed(spec: str, task: Task) -> bool:
    if spec == "instructions":
        return bool(task.instructions)
    if spec == "few-shot":
        return bool(task.train) or any(item.examples for item in task.items)
    return True


def _once(load: Callable[[str], Backend]) -> Callable[[str], Backend]:
    """The same model object for the same name, so that its connections and limit are shared."""
    known: dict[str, Backend] = {}

    def loaded(name: str) -> Backend:
        if name not in known:
            known[name] = load(name)
        return known[name]

    return loaded
