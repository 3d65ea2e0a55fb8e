"""The way in from Python: optimise a wording, and wait for the result."""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark, named_model
from promptkit.bench.given import Asked, planned_benchmark, split_options
from promptkit.bench.recording import new_directory
from promptkit.distribution import pip_install
from promptkit.errors import PromptkitError, UsageError
from promptkit.grading.graders import Graders, named_graders
from promptkit.optimizing.plan import MAX_CALLS, Plan, What, planned
from promptkit.optimizing.result import Optimized
from promptkit.optimizing.running import Watch, run_plan
from promptkit.optimizing.splits import Sizes
from promptkit.record.reader import read_configuration
from promptkit.settings import RunLimits, RunSettings
from promptkit.sync import wait_whole

_ONE = ("tasks", "strategies", "model", "baseline")  # settings that are arguments here
# settings that only comparisons have
_NONE = ("limit", "effort", "replicates", "example_sets", "independent", "stop_when_decided")
NOT_TAKEN = (*_ONE, *_NONE)


def optimize(
    task: Asked | None = None,
    strategy: str | None = None,
    *,
    model: Model | str | None = None,
    reflection_model: Model | str | None = None,
    only: What | None = None,
    train: int | None = None,
    validation: int | None = None,
    held_out: int | None = None,
    max_calls: int | None = None,
    grader: Graders | None = None,
    directory: Path | str | None = None,
    **options: Any,  # noqa: ANN401 - checked against RunSettings
) -> Optimized:
    """Search for a better wording of a strategy, or better examples, and prove the gain on items never seen.

    ```python
    result = optimize("tickets.yaml", "cot", model="openai/gpt-6-luna", reflection_model="openai/gpt-6.1-sol")
    ```

    Agrawal et al. 2025, GEPA, arXiv:2507.19457, by the authors' package `gepa` (`promptkit.optimizing.search` lists
    what differs). Optimise in the same directory again to resume: calls on record are not made again.

    Calls: at most `max_calls` requests over all processes of the directory, failed ones included. Of these, two
    attempts at each held-out item are kept back for the proof.

    Args:
        task: as `promptkit.bench.compare` takes it; may be left out to go on.
        strategy: a specification, such as "few-shot+cot".
        model: the model to ask, an object or a name.
        reflection_model: the model that proposes wordings; by default the one that is asked, but a small one is too
            weak for it.
        only: "wording" or "examples"; by default both, as far as the strategy has them.
        train: items to learn from, by default up to 40.
        validation: items that candidates are ranked by, by default up to 60.
        held_out: items of the proof, by default up to 200.
        max_calls: the most requests, by default 1,000.
        grader: what grades replies in place of reading their answers, as for `compare`.
        directory: where all of it is kept; by default a new one in `runs`.
        **options: any other field of `RunSettings` (`temperature`, `seed`, `answer`, …).

    Raises:
        UsageError: nothing to change, too few items or too small a budget, or another optimisation in the directory;
            found before anything is sent.
        RecordError: the record can't be written.
    """
    sizes = Sizes(train, validation, held_out)
    place = None if directory is None else Path(directory)
    graders = named_graders(grader)
    given = {**options, "grader": tuple(graders)} if graders else options
    prepared = prepare(
        task,
        strategy,
        model,
        reflection_model,
        only=only,
        sizes=sizes,
        max_calls=max_calls,
        directory=place,
        given=given,
        graders=graders,
    )

    return wait_whole(functools.partial(_run, prepared, place))[0]


async def _run(prepared: Prepared, directory: Path | None) -> tuple[Optimized, PromptkitError | None]:
    try:
        return await run_plan(await prepared.plan(), directory or new_directory(), Watch())
    finally:
        await prepared.aclose()


@dataclass(frozen=True)
class Prepared:
    """An optimisation whose task and models are loaded; those in `loaded` were loaded for it."""

    benchmark: Benchmark
    reflection: Model
    reflection_model: str
    only: What | None
    sizes: Sizes
    max_calls: int
    loaded: tuple[Model, ...]

    async def plan(self) -> Plan:
        """The plan, checked."""
        return await planned(
            self.benchmark,
            self.reflection,
            reflection_model=self.reflection_model,
            only=self.only,
            sizes=self.sizes,
            max_calls=self.max_calls,
        )

    async def aclose(self) -> None:
        """Close what was loaded."""
        for model in self.loaded:
            await model.aclose()


def prepare(
    task: Any,  # noqa: ANN401 - whatever was given is checked
    strategy: str | None,
    model: Model | str | None,
    reflection_model: Model | str | None,
    *,
    only: What | None,
    sizes: Sizes,
    max_calls: int | None,
    directory: Path | None,
    given: Mapping[str, Any],
    graders: Mapping[str, Any] | None = None,
) -> Prepared:
    """Load what is to be optimised; what is not given is as it is recorded in the directory.

    Raises:
        UsageError: something is missing or can't be used.
    """
    if importlib.util.find_spec("gepa") is None:
        raise UsageError(f"optimising needs the package gepa; {pip_install('optimize')}")
    if only not in (None, "wording", "examples"):
        raise UsageError(f"`only` is wording or examples, got {only!r}")
    planned_settings, limits = _taken(given)
    earlier = read_configuration(directory) if directory else {}
    noted = earlier.get("optimize") or {}
    if earlier and not noted:
        raise UsageError(f"the run in {directory} is not an optimisation; give another `directory`")
    recorded = RunSettings.recorded(earlier).given() if earlier else {}
    settings = {name: value for name, value in recorded.items() if name not in _ONE} | planned_settings
    asked = task if task is not None else next(iter(recorded.get("tasks", ())), None)
    spec = strategy or noted.get("strategy")
    if asked is None or not spec:
        missing = "a task" if asked is None else "a strategy, such as cot"
        raise UsageError(f"an optimisation needs {missing}, unless its `directory` has one on record")
    of = model if model is not None else next(iter(recorded.get("model", ())), None)
    benchmark, loaded = planned_benchmark(
        asked, [spec], of or RunSettings().model[0], None, settings, RunLimits(**limits), graders or {}
    )
    reflecting = reflection_model or noted.get("reflection_model") or of or benchmark.models[0].name
    named = reflecting if isinstance(reflecting, str) else reflecting.name
    if isinstance(reflecting, str) and named in (of, benchmark.models[0].name):
        reflecting = benchmark.models[0]
    if isinstance(reflecting, str):
        reflecting = named_model(reflecting, benchmark.settings)
        loaded = (*loaded, reflecting)
    wanted = sizes.or_as(noted["sizes"]) if noted.get("sizes") else sizes
    most = max_calls if max_calls is not None else noted.get("max_calls", MAX_CALLS)
    return Prepared(benchmark, reflecting, named, only or noted.get("only"), wanted, most, loaded)


def _taken(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings and the limits among the options given, none of which an optimisation can't take."""
    if wrong := next((name for name in given if name in NOT_TAKEN), None):
        raise UsageError(f"an optimisation takes no `{wrong}`")
    settings, limits = split_options(given)
    if wrong := next((name for name in limits if name != "allow_code"), None):
        raise UsageError(f"an optimisation takes no `{wrong}`; it is limited by `max_calls`")
    return settings, limits
