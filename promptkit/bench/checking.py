"""What is wrong with a benchmark is found before anything is sent."""

from __future__ import annotations

import functools
from collections import defaultdict

from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import Makings, check_bootstrapped
from promptkit.bench.example_sets import check_example_sets
from promptkit.bench.guard import priced_model, require_bounded
from promptkit.bench.models import batch_api_of
from promptkit.bench.strategies import Arm
from promptkit.errors import TemplateError, UsageError
from promptkit.formatting import joined
from promptkit.judges.named import asking
from promptkit.lint.gate import require_sound
from promptkit.on_ray.model import is_on_ray
from promptkit.outcomes import Group
from promptkit.random_draws import require_possible
from promptkit.tasks import Task


def check_benchmark(benchmark: Benchmark) -> None:
    """Find what is wrong with the plan.

    Raises:
        UsageError: a strategy that can't be built for one of the tasks, or takes several draws of a model that answers
            greedily; two tasks of one name, an item without a target where answers are read, a baseline that is not
            run, a grader whose model is unknown, or a limit in dollars that can't be kept.
    """
    _check_settings(benchmark)
    require_sound(benchmark.templates)
    _check_names(benchmark.models)
    priced = functools.partial(priced_model, limits=benchmark.limits)
    asking(benchmark.graders, lambda name: priced(benchmark.load(name)), priced)  # what can not be loaded raises
    for task in benchmark.tasks:
        _check_task(benchmark, task)
        try:
            _check_strategies(benchmark, task)
        except TemplateError:
            raise
        except UsageError as error:
            raise UsageError(f"task {task.name}: {error}") from None
    if benchmark.limits.engine is not None:
        _check_engine(benchmark)
    if benchmark.limits.batch:
        check_batches(benchmark)


def check_batches(benchmark: Benchmark) -> None:
    """See that what is to be asked by batches can be.

    Raises:
        UsageError: there is a time limit for items, or no model has a batch API.
    """
    if benchmark.settings.item_seconds is not None:
        raise UsageError("`item_seconds` can't be combined with `batch`: a batch takes up to 24 hours; leave it out")
    asked = benchmark.asked_models()
    if not any(batch_api_of(model) for model in asked):
        names = joined([model.name for model in asked])
        raise UsageError(f"`batch`: {names} has no batch API; OpenAI's and Anthropic's own models do; leave it out")


def _check_settings(benchmark: Benchmark) -> None:
    """See that its settings and limits go together."""
    settings, limits = benchmark.settings, benchmark.limits
    if settings.stop_when_decided and any(item.cluster for task in benchmark.tasks for item in task.items):
        raise UsageError("`stop_when_decided` does not support tasks with clusters; it counts items as independent")
    if settings.stop_when_decided and settings.replicates > 1:
        raise UsageError("`stop_when_decided` supports one of `replicates`; repetitions are not independent")
    require_bounded(limits, settings.max_tokens, benchmark.graders.values())
    if settings.example_sets > 1 and (settings.stop_when_decided or settings.replicates > 1):
        other = "stop_when_decided" if settings.stop_when_decided else "replicates"
        raise UsageError(f"`example_sets` repeats every item, and so can't be combined with `{other}`; leave one out")


def _check_names(models: tuple[Model, ...]) -> None:
    names = [model.name for model in models]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"two models are called {twice}; results are kept by name, so give each `model` once")


def _check_task(benchmark: Benchmark, task: Task) -> None:
    """See that its replies can be graded, and its results told apart and compared."""
    if task.answer.kind == "code" and not benchmark.without_answers and not benchmark.limits.allow_code:
        fact = f"task {task.name} is graded by running code that the model writes, with limits, on this machine"
        raise UsageError(f"{fact}; read docs/security.md, and allow it with `allow_code`")
    if not benchmark.without_answers:
        task.check_targets()
    baseline = benchmark.settings.baseline
    names = list(dict.fromkeys(arm.strategy for arm in benchmark.arms(task)))
    if baseline and baseline not in names:
        shown = ", ".join(names)
        raise UsageError(f"the baseline {baseline!r} is not one of the strategies on {task.name}: {shown}")
    if sum(other.name == task.name for other in benchmark.tasks) > 1:
        raise UsageError(f"two tasks are called {task.name}; rename one; results are kept by name")


def _check_strategies(benchmark: Benchmark, task: Task) -> None:
    """See that its strategies can be built, can differ from draw to draw where they must, and are compared."""
    settings = benchmark.settings
    priced = functools.partial(priced_model, limits=benchmark.limits)
    noted = defaultdict[Arm, Makings](Makings)
    built = benchmark.build(task, priced, lambda name: priced(benchmark.load(name)), making=noted.__getitem__)
    refused = {
        "batch": benchmark.limits.batch,
        "grader": benchmark.without_answers,
        "example_sets": settings.example_sets > 1,
    }
    for arm, makings in noted.items():
        check_bootstrapped(task, arm, makings.requests, refused)
    asked = task.items[0].prompt(temperature=settings.temperature, max_tokens=settings.max_tokens)
    for arm, (_, effort) in benchmark.places(task).items():
        require_possible(arm.strategy, built[arm], asked.with_effort(effort))
    _check_compared(benchmark, task)
    if settings.example_sets > 1:
        check_example_sets(built, benchmark.named())


def _check_compared(benchmark: Benchmark, task: Task) -> None:
    """See that every strategy has a comparison to decide, where a run stops when it is."""
    compared = {group for pair in benchmark.pairs() for group in pair}
    for arm in benchmark.arms(task) if benchmark.settings.stop_when_decided else ():
        if Group(task.name, *arm) not in compared:
            fact = f"`stop_when_decided`: nothing is compared with {arm.strategy} on {arm.model}"
            raise UsageError(f"{fact}; give another strategy, or leave it out")


def _check_engine(benchmark: Benchmark) -> None:
    """See that every model can be loaded elsewhere, which takes its name, and is asked there."""
    if benchmark.limits.batch:
        raise UsageError(
            "`engine` can't be combined with `batch`: a batch is one request of this process; leave one out"
        )
    for model in benchmark.asked_models():
        if not is_on_ray(model):
            fact = f"`engine`: {model.name} was given as an object, and actors load models by name"
            raise UsageError(f"{fact}; give provider/name, or module:name")
