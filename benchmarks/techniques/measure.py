"""Every technique against the bare model, on tasks: what the pages show under "Measured here"."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from promptkit.backend import Model
from promptkit.bench import compare
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.checking import check_benchmark
from promptkit.bench.result import Result
from promptkit.errors import UsageError
from promptkit.providers.load import load_model
from promptkit.report.provenance import writer_versions
from promptkit.settings import RunLimits, RunSettings
from promptkit.specs import DIRECT
from promptkit.sync import wait_for
from promptkit.tasks import Task, load_task
from promptkit.techniques.facts import Facts, Group, all_facts, facts_of
from promptkit.techniques.measured import Row, Run

_OTHER = "to=other"  # how specifications name the further model
FOR_ALL = ("stories", "dead-ends")
FOR_SOME: Mapping[Group, tuple[str, ...]] = {  # tasks on which nothing else can help
    "examples": ("labels",),
    "instructions": ("formats-json",),
}


def measure(
    name: str,
    tasks: Sequence[str],
    techniques: Sequence[str],
    limit: int,
    folder: Path,
    command: str,
    other: str = "",
    machine: str = "",
    first: int | None = None,
) -> Run:
    """Compare `techniques`, all where none is named, with the bare model `name` on `limit` items of `tasks`.

    The seed of a run draws them; with `first` they are the first so many of each task.

    Where no task is named, they are those that suit each technique. `other` is the further model of those that ask
    several, which are left out without it. `machine` is told beside the figures. Every call is
    on record in `folder`, so that a run that was stopped goes on where it was; what is worded otherwise since is asked
    anew.

    Raises:
        UsageError: an unknown technique, task or model.
    """
    chosen = {technique: facts_of(technique) for technique in techniques or all_facts()}
    model = load_model(name)
    try:
        rows = [
            row
            for task, specs in planned(tasks, chosen).items()
            for row in _rows(beginning(load_task(task), first), model, specs, first or limit, folder, other)
        ]
    finally:
        wait_for(model.aclose())
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return Run(
        model=without_folder(name),
        other=without_folder(other),
        machine=machine,
        command=command,
        date=today,
        versions=_versions(model),
        rows=rows,
    )


def planned(tasks: Sequence[str], techniques: Mapping[str, Facts]) -> dict[str, dict[str, str]]:
    """For each task the specifications of the techniques that are measured on it."""
    found: dict[str, dict[str, str]] = {}
    for name, facts in techniques.items():
        for task in tasks or (*FOR_ALL, *FOR_SOME.get(facts.group, ())):
            found.setdefault(task, {})[name] = facts.spec
    return found


def beginning(task: Task, first: int | None) -> Task:
    """The task with its first so many items alone."""
    return task if first is None else dataclasses.replace(task, items=task.items[:first])


def without_folder(model: str) -> str:
    """The name of a model, of a file without the folders that it is in."""
    provider, slash, name = model.partition("/")
    return f"{provider}{slash}{Path(name).name}" if provider == "gguf" else model


def _rows(task: Task, model: Model, specs: Mapping[str, str], limit: int, folder: Path, other: str = "") -> list[Row]:
    named = {name: spec.replace(_OTHER, f"to={other!r}") if other else spec for name, spec in specs.items()}
    suited = {name: spec for name, spec in named.items() if _suits(task, model, name, spec)}
    place = folder / without_folder(model.name).replace("/", "-") / task.name
    place.parent.mkdir(parents=True, exist_ok=True)
    strategies = {DIRECT: DIRECT, **suited}
    result = compare(task, strategies, model=model, limit=limit, directory=place, progress=True, wording="current")
    if not result.complete:
        raise SystemExit(f"{task.name}: {result.stopped or 'calls failed'}; the same command goes on from here")
    return _as_rows(result, {DIRECT: DIRECT, **specs})


def _suits(task: Task, model: Model, name: str, spec: str) -> bool:
    """Whether the technique can be built for the task and model; says why not."""
    try:
        check_benchmark(Benchmark((task,), (model,), {name: spec}, RunSettings(limit=1), RunLimits()))
    except UsageError as error:
        sys.stderr.write(f"not measured: {name} on {task.name}: {error}\n")
        return False
    return True


def _as_rows(result: Result, specs: Mapping[str, str]) -> list[Row]:
    compared = {one.strategy: one for one in result.comparisons}
    found = []
    for row in result.rows:
        pair = compared.get(row.strategy)
        if row.accuracy is None or row.low is None or row.high is None or row.strategy not in specs:
            continue  # nothing was judged, or it is from an earlier run in the same folder
        found.append(
            Row(
                technique=row.strategy,
                spec=specs[row.strategy],
                task=row.task,
                n=row.n,
                accuracy=round(row.accuracy, 4),
                low=round(row.low, 4),
                high=round(row.high, 4),
                difference=None if pair is None else round(pair.difference, 4),
                difference_low=None if pair is None else round(pair.low, 4),
                difference_high=None if pair is None else round(pair.high, 4),
                calls=round(row.calls / row.items, 2),
                input_tokens=round(row.input_tokens / row.items, 1),
                output_tokens=round(row.output_tokens / row.items, 1),
            )
        )
    return found


def _versions(model: Model) -> dict[str, str]:
    """Of what asks and, where it is in this process, of what answers."""
    wanted = {"python", "promptkit"} | ({"xllamacpp"} if type(model).__name__ == "GGUF" else set())
    return {package: version for package, version in writer_versions().items() if package in wanted}
