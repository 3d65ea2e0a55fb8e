"""What is given in Python, as a benchmark: tasks, strategies and models as objects or by name, and options."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from promptkit.arguments import require_methods
from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark, named_model, select_items
from promptkit.bench.checking import check_benchmark
from promptkit.bench.models import model_name
from promptkit.bench.recording import as_recorded, kept_wording, resumed_settings
from promptkit.bench.strategies import Strategies, named_strategies
from promptkit.bench.wording import RunWording
from promptkit.errors import UsageError
from promptkit.grading.graders import GraderFunction
from promptkit.judges.named import graders_by_name, without_answers
from promptkit.settings import RunLimits, RunSettings, unknown_option
from promptkit.tasks import Item, Task, load_task

Questions: TypeAlias = Sequence[Item | tuple[str, object]]
Asked: TypeAlias = Task | str | Path | Questions


def split_options(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options that are settings, and those that are limits."""
    known = set(option_names())
    if unknown := [name for name in options if name not in known]:
        raise UsageError(unknown_option(unknown[0], known))
    limits = {name: value for name, value in options.items() if name in RunLimits.model_fields}
    return {name: value for name, value in options.items() if name not in limits}, limits


def option_names() -> list[str]:
    """What `compare` takes beside its own arguments."""
    own = {"tasks", "strategies", "model", "grader"}
    return [name for name in (*RunSettings.model_fields, *RunLimits.model_fields) if name not in own]


def planned_benchmark(
    tasks: Any,  # noqa: ANN401 - whatever was given is checked
    strategies: Strategies,
    model: Model | str | Sequence[Model | str] | None,
    directory: Path | None,
    given: Mapping[str, Any],
    limits: RunLimits,
    graders: Mapping[str, GraderFunction],
) -> tuple[Benchmark, tuple[Model, ...]]:
    """The benchmark, checked, and the models that were loaded for it."""
    named = named_strategies(strategies)
    asked = _each(tasks)
    names = [one.name if isinstance(one, Task) else str(one) if isinstance(one, (str, Path)) else "" for one in asked]
    plan: dict[str, Any] = {**given, "tasks": [name or "questions" for name in names]}
    if named:
        plan["strategies"] = list(named)
    by_name = not named or any(isinstance(one, str) for one in named.values())  # specifications ask `model`
    models = () if model is None else tuple(model) if isinstance(model, (list, tuple)) else (model,)
    for one in models:
        if not isinstance(one, str):
            require_methods("model", one, ("complete", "aclose"), "a model, its name, or a list of these")
    if models:
        plan["model"] = [one if isinstance(one, str) else one.name for one in models]
    elif not by_name:
        plan["model"] = list(dict.fromkeys(model_name(one) for one in named.values() if not isinstance(one, str)))
    settings = resumed_settings(directory, plan, with_objects=True)
    if by_name and not models and "model" in settings.given():
        models = settings.model
    loaded = {one: named_model(one, settings, limits.engine) for one in models if isinstance(one, str)}
    graded = without_answers(graders.values() if graders else settings.grader)
    chosen = tuple(select_items(_task(one, settings, graded=graded), settings) for one in asked)
    ready = tuple(loaded[one] if isinstance(one, str) else one for one in models)
    wording = RunWording.of(settings.template_folders, named.values(), kept_wording(directory, limits))
    graders = graders or graders_by_name(settings.grader, wording.templates)
    benchmark = Benchmark(chosen, ready, named, settings, limits, graders, wording=wording)
    check_benchmark(benchmark)
    return as_recorded(benchmark, directory), tuple(loaded.values())


def _each(tasks: Any) -> list[Any]:  # noqa: ANN401 - whatever was given is checked
    """The tasks; a list of questions is one."""
    if isinstance(tasks, (Task, str, Path)):
        return [tasks]
    if not isinstance(tasks, Iterable):
        raise UsageError(f"the task is {tasks!r}; give a Task, a name, a path, or (question, target) pairs")
    listed = list(tasks)
    if all(isinstance(one, (Task, str, Path)) for one in listed) and listed:
        return listed
    return [listed]


def _task(asked: Any, settings: RunSettings, *, graded: bool) -> Task:  # noqa: ANN401 - whatever was given is checked
    return _loaded(asked, settings, graded=graded).marked(settings.think_tags)


def _loaded(asked: Any, settings: RunSettings, *, graded: bool) -> Task:  # noqa: ANN401 - whatever was given is checked
    if isinstance(asked, Task):
        return asked
    if isinstance(asked, (str, Path)):
        reading = {**settings.reading(), "graded": graded}
        task = load_task(str(asked), answer=settings.answer, labels=settings.labels, seed=settings.seed, **reading)
        if task.unusable:
            warnings.warn("; ".join(task.notes), stacklevel=2)
        return task
    kind = settings.answer or ("exact" if graded else None)
    if kind is None:
        raise UsageError("questions of your own need `answer`, such as number or choice: how their answers are read")
    return Task.of(asked, answer=kind, labels=settings.labels, graded=graded)
