"""Put a benchmark together: tasks and specifications become trials, the model is guarded and recorded."""

from __future__ import annotations

import asyncio
import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptkit.analysis.comparison import ALPHA
from promptkit.backend import Backend, Model
from promptkit.bench.runner import Trial, run_trials
from promptkit.errors import Stopped, UsageError
from promptkit.outcomes import Attempt
from promptkit.prices import cost_usd
from promptkit.providers.function import FunctionModel
from promptkit.providers.load import load_model
from promptkit.record.calls import CallStore
from promptkit.specs import build
from promptkit.task_context import TaskContext
from promptkit.tasks.load import Item, Task
from promptkit.templates import Templates
from promptkit.wrappers.breaker import Breaker
from promptkit.wrappers.budget import Budget, Spent
from promptkit.wrappers.cache import Cache
from promptkit.wrappers.deadline import Deadline
from promptkit.wrappers.limit import Limit
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.wrapper import Wrapper

if TYPE_CHECKING:
    from promptkit.bench.early_stopping import EarlyStopping

CONCURRENCY = 64  # few providers let so much pass, and `Limit` finds out; one client's CPU can still follow
ATTEMPTS = 6
FAILURES = 5  # rounds of calls in a row without a usable reply: enough for one that fell out with a server's restart
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
        concurrency: the most calls in the air at the same time; fewer when the model refuses (`Limit`).
        attempts: how often a call is tried at most.
        timeout_seconds: the longest a call may take; `None` is the provider's default. For critics, which are loaded by
            name; `model` has its own.
        item_seconds: the longest an attempt may take; then its calls are cancelled, and it is an error.
        run_seconds: after so long nothing more is sent.
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
    concurrency: int = CONCURRENCY
    attempts: int = ATTEMPTS
    timeout_seconds: float | None = None
    item_seconds: float | None = None
    run_seconds: float | None = None
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
            Budget(self.model, max_usd=self.max_usd, price=functools.partial(cost_usd, self.model.name))
        stub_model = FunctionModel(lambda _: "")
        for task in self.tasks:
            specs = self.specs(task)
            if self.baseline and self.baseline not in specs:
                raise UsageError(
                    f"the baseline {self.baseline!r} is none of the strategies on {task.name}: {', '.join(specs)}"
                )
            if sum(other.name == task.name for other in self.tasks) > 1:
                raise UsageError(f"two tasks are called {task.name}; their answers could not be told apart")
            try:
                self._build(task, stub_model, self._load)
            except UsageError as error:
                raise UsageError(f"task {task.name}: {error}") from None

    async def run(self, store: CallStore, done: Callable[[Attempt], None], stop: Stop | None = None) -> None:
        """Ask, judge, and hand every attempt to `done`. Calls that `store` has are not made again.

        Call `stop`, in the event loop, to end it: nothing more is sent then, and calls in the air are finished.

        Raises:
            PromptkitError: what stops a run (see `run_trials`).
        """
        stop, spent = stop or Stop(), Spent()
        guard = functools.partial(self._guarded, store=store, stop=stop, spent=spent)
        models: dict[str, Model] = {self.model.name: guard(self.model)}

        def critic(name: str) -> Model:
            if name not in models:  # the same object for the same name, so that connections and limit are shared
                models[name] = guard(self._load(name))
            return models[name]

        seconds = math.inf if self.run_seconds is None else self.run_seconds
        over = Stopped(f"the {seconds:g} s of --run-seconds are over")
        timer = asyncio.get_running_loop().call_later(seconds, stop, over)
        try:
            await self.run_on(models[self.model.name], critic, done, stop)
        finally:
            timer.cancel()
            stop(Stopped("the run is over"))  # to calls that nobody waits for any more
            for model in models.values():
                await model.aclose()

    def _guarded(self, model: Model, store: CallStore, stop: Stop, spent: Spent) -> Model:
        sent: Wrapper = Breaker(model, failures=FAILURES, stop=stop)
        if self.max_calls is not None or self.max_usd is not None:
            price = functools.partial(cost_usd, model.name)
            sent = Budget(sent, max_calls=self.max_calls, max_usd=self.max_usd, price=price, spent=spent)
        most = self.concurrency
        if sent.parallel:  # what waits inside it can't be stopped; twice, so that no engine waits for us
            most = min(most, 2 * sent.parallel)
        limited = Limit(sent, most, stop=stop)
        # how long it is tried is told by the attempts alone: most of the time may be spent in the queue of the limit
        tried: Model = Retry(limited, attempts=self.attempts, total_seconds=math.inf, sleep=stop.sleep)
        if self.item_seconds is not None:
            tried = Deadline(tried)
        return Cache(tried, store)

    def _load(self, name: str) -> Model:
        return load_model(name, seed=self.seed, timeout_seconds=self.timeout_seconds)

    async def run_on(
        self,
        model: Model,
        load_critic: Callable[[str], Backend],
        done: Callable[[Attempt], None],
        stop: Stop | None = None,
    ) -> None:
        """The same on `model` as it is: unguarded and unrecorded."""
        early_stopping = self._early_stopping() if self.stop_margin is not None else None

        def also_fed(attempt: Attempt) -> None:
            if early_stopping is not None:
                early_stopping.add(attempt)
            done(attempt)

        await run_trials(self._trials(model, load_critic, early_stopping), self.concurrency, also_fed, stop)

    def _early_stopping(self) -> EarlyStopping:
        from promptkit.bench.early_stopping import (
            EarlyStopping,
        )  # numpy and scipy, which most runs need only at their end

        specs = {task.name: self.specs(task) for task in self.tasks}
        baseline = {name: self.baseline or of_task[0] for name, of_task in specs.items()}
        return EarlyStopping(self.tasks, specs, baseline, self.stop_margin or 0.0, ALPHA)

    def _trials(
        self, model: Model, load_critic: Callable[[str], Backend], early_stopping: EarlyStopping | None
    ) -> Iterator[Trial]:
        for task in self.tasks:
            strategies = self._build(task, model, load_critic)
            for item in task.items:
                own = self._build(task, model, load_critic, item) if item.examples else strategies
                if early_stopping is not None:
                    running = early_stopping.running(task.name)
                    own = {spec: built for spec, built in own.items() if spec in running}
                if not own:
                    break
                for replicate in range(self.replicates):
                    yield Trial(
                        task=task.name,
                        model=model.name,
                        item=item,
                        answer=task.answer,
                        strategies=own,
                        temperature=self.temperature,
                        max_tokens=self.max_tokens,
                        replicate=replicate,
                        independent=self.independent,
                        seconds=self.item_seconds,
                    )

    def _build(
        self, task: Task, model: Model, load_critic: Callable[[str], Backend], item: Item | None = None
    ) -> dict[str, Backend]:
        own = item.examples if item else next((i.examples for i in task.items if i.examples), ())
        setting = TaskContext(
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
