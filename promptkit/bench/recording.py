"""A benchmark with its directory: what is recorded about it, and what can't change when it is resumed."""

from __future__ import annotations

import contextlib
import dataclasses
import platform
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from promptkit.analysis.summary import Tallies, tally
from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.checking import check_batches
from promptkit.bench.guard import require_keys
from promptkit.bench.wording import wording_changes
from promptkit.distribution import version_of
from promptkit.errors import UsageError
from promptkit.outcomes import UNJUDGED
from promptkit.record.batches import BatchLedger, has_batches
from promptkit.record.reader import Run, open_run, read_configuration
from promptkit.record.tables import FILE
from promptkit.record.wordings import RecordedText
from promptkit.record.writer import RunWriter
from promptkit.settings import RunLimits, RunSettings

_SHOWN_CHANGES = 3  # templates that an error names
_PACKAGES = ("promptkit", "openai", "anthropic", "xllamacpp", "scipy", "genai-prices", "gepa")


def new_directory() -> Path:
    """A directory for a run that is given none, named by the time."""
    name = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    candidates = (Path("runs") / (name + suffix) for suffix in ("", *(f"-{i}" for i in range(2, 100))))
    return next(path for path in candidates if not path.exists())


def resumed_settings(directory: Path | None, given: Mapping[str, Any], *, with_objects: bool = False) -> RunSettings:
    """The settings of the run in `directory` with those `given` now; of a new one without.

    `with_objects` states that what the run compares is at hand, objects of Python as well.

    Raises:
        UsageError: the run was stopped before it began, compares what only Python can give, or was recorded with a
            setting that this promptkit does not know.
    """
    earlier = read_configuration(directory) if directory else {}
    if directory and (directory / FILE).exists() and not earlier and not given.get("tasks"):
        raise UsageError(f"the run in {directory} was stopped before it began; give its task and options again")
    if "optimize" in earlier:
        way_out = f"continue it with: promptkit optimize --run {directory}"
        raise UsageError(
            f"the run in {directory} was made by promptkit optimize; {way_out}, or give another `directory`"
        )
    if not with_objects and (objects := earlier.get("objects")):
        shown = f"compare(…, directory={str(directory)!r})"
        raise UsageError(
            f"the run in {directory} compares objects of Python ({', '.join(objects)}); resume it by {shown}"
        )
    return _recorded(directory, earlier).updated(given)


def kept_wording(directory: Path | None, limits: RunLimits) -> tuple[RecordedText, ...]:
    """The texts of templates that the run in `directory` is to be resumed with; none when files are to be read."""
    if directory is None or limits.wording != "recorded" or not (directory / FILE).exists():
        return ()
    with open_run(directory, may_be_empty=True) as earlier:
        return earlier.wording()


@contextlib.contextmanager
def recording(benchmark: Benchmark, directory: Path) -> Iterator[RunWriter]:
    """The record in `directory`, begun for this benchmark, or resumed when it is that of the same or a similar one.

    Attempts of an earlier plan (other tasks, models, strategies or items) are kept beside those of this one.

    Raises:
        UsageError: its attempts would be other ones than those that were judged there.
        AuthenticationError: it would be a new run, and a model has no key.
        RecordError: the record can't be opened, or another process is working in it.
    """
    reworded = check_resumable(benchmark, directory)
    require_keys_of_new(benchmark, directory)
    used = benchmark.used_wording()
    record = RunWriter(directory)
    try:
        record.begin(configuration_of(benchmark), benchmark.tasks, benchmark.wording.texts(used), afresh=reworded)
        yield record
    finally:
        record.close()


def require_keys_of_new(benchmark: Benchmark, directory: Path) -> None:
    """See that the models of a run have keys, before a directory is made for one that could ask nothing.

    Raises:
        AuthenticationError: it would be a new run, and a model has no key.
    """
    if not (directory / FILE).exists():
        require_keys((*benchmark.asked_models(), *benchmark.judging_models()))


@contextlib.contextmanager
def batch_ledger(benchmark: Benchmark, directory: Path | None) -> Iterator[BatchLedger | None]:
    """Where the batches of the run in `directory` are noted, if it asks by batches."""
    if directory is None or not benchmark.limits.batch:
        yield None
        return
    with contextlib.closing(BatchLedger(directory)) as ledger:
        yield ledger


def check_resumable(benchmark: Benchmark, directory: Path) -> bool:
    """See whether `benchmark` may resume the run in `directory`, where there is one.

    Returns:
        Whether the run's attempts are to be made again, because it is worded in another way now, as `wording` allows.

    Raises:
        UsageError: its attempts would be other ones than those that were judged there, or its calls other ones than
            those that were paid for, because a model has another address.
    """
    if not (directory / FILE).exists():
        return False
    reworded = False
    with open_run(directory, may_be_empty=True) as earlier:
        if earlier.configuration and any(attempt.outcome not in UNJUDGED for attempt in earlier.attempts()):
            _check_same(benchmark, earlier)
            reworded = _is_reworded(benchmark, earlier)
        for model, endpoint in () if benchmark.limits.moved else _moved(benchmark, earlier):
            fact = f"the run in {directory} asked {model.name} at {endpoint}, and it is now at {model.endpoint}"
            way_out = "set the address back, or give another `directory`, or `moved` if it is the same model"
            raise UsageError(f"{fact}, so that calls on record would be paid for again; {way_out}")
    return reworded


def as_recorded(benchmark: Benchmark, directory: Path | None) -> Benchmark:
    """The same benchmark as the run in `directory` goes on with it.

    It knows the calls of models that have moved under their address on record, and asks by batches where the run did.

    Raises:
        UsageError: batches don't go with its settings.
    """
    if directory is not None and has_batches(directory) and not benchmark.limits.batch:
        benchmark = dataclasses.replace(benchmark, limits=benchmark.limits.updated({"batch": True}))
        check_batches(benchmark)
    if directory is None or not benchmark.limits.moved or not (directory / FILE).exists():
        return benchmark
    with open_run(directory, may_be_empty=True) as earlier:
        known_at = {model.name: endpoint for model, endpoint in _moved(benchmark, earlier)}
    return dataclasses.replace(benchmark, known_at=known_at)


def _moved(benchmark: Benchmark, earlier: Run) -> list[tuple[Model, str]]:
    """The models that were asked elsewhere, each with its address on record."""
    if not earlier.configuration:  # killed before it began: not even the tables may be there
        return []
    asked = ((model, earlier.other_endpoint(model.name, model.endpoint)) for model in benchmark.asked_models())
    return [(model, endpoint) for model, endpoint in asked if endpoint is not None]


def recorded_tallies(benchmark: Benchmark, directory: Path) -> Tallies:
    """What is on record of this plan, also what was judged before and not yet again: the result of a run cut short."""
    groups = set(benchmark.groups())
    items = {(task.name, item.id) for task in benchmark.tasks for item in task.items}
    replicates = benchmark.settings.repetitions
    with open_run(directory, may_be_empty=True) as run:
        return tally(
            (
                attempt
                for attempt in run.attempts()
                if attempt.group in groups and (attempt.task, attempt.item) in items and attempt.replicate < replicates
            ),
            (made for made in run.preparations() if made.group in groups),
            run.batched(),
        )


def _is_reworded(benchmark: Benchmark, earlier: Run) -> bool:
    """Whether templates that the run may have used were edited since.

    Raises:
        UsageError: they were, and what to do about it is left open, or can't be done.
    """
    digests, used = earlier.configuration.get("templates", {}), benchmark.used_wording()
    changed = wording_changes(benchmark.wording, used, digests, earlier.wording())
    if not changed or benchmark.limits.wording == "current":
        return bool(changed)
    shown = "; ".join(map(str, changed[:_SHOWN_CHANGES]))
    if len(changed) > _SHOWN_CHANGES:
        shown += f"; and {len(changed) - _SHOWN_CHANGES} more templates"
    run = f"the run in {earlier.directory}"
    if benchmark.limits.wording == "recorded":
        fact = f"{run} does not have the texts of {shown}"
        raise UsageError(f"{fact}; restore the files, or give `wording` current, or another `directory`")
    way_out = "give `wording`: recorded keeps the texts on record, current asks again where the wording differs"
    raise UsageError(f"{run} was asked with another wording of {shown}; {way_out}")


def _check_same(benchmark: Benchmark, earlier: Run) -> None:
    run, way_out = f"the run in {earlier.directory}", "give another `directory`"
    before = _recorded(earlier.directory, earlier.configuration)
    for name in benchmark.settings.identity_changes(before):
        was, now = getattr(before, name), getattr(benchmark.settings, name)
        raise UsageError(f"{run} has `{name}` {_shown(was)}, not {_shown(now)}; {way_out}")
    asked = {(task.name, item.id): item.question for task in benchmark.tasks for item in task.items}
    for item in earlier.items():
        if asked.get((item.task, item.item), item.question) != item.question:
            raise UsageError(f"{run} asks another question as item {item.item} of {item.task}; {way_out}")


def _shown(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else "unset" if value is None else str(value)


def _recorded(directory: Path | None, configuration: Mapping[str, Any]) -> RunSettings:
    try:
        return RunSettings.recorded(configuration)
    except UsageError as error:
        raise UsageError(f"the run in {directory} can't be resumed: {error}") from None


def configuration_of(benchmark: Benchmark) -> dict[str, Any]:
    """The settings, and what else decides the result: versions of packages, and hashes of the templates."""
    versions = {"python": platform.python_version()}
    versions |= {package: version for package in _PACKAGES if (version := version_of(package))}
    objects = {"objects": benchmark.objects()} if benchmark.objects() else {}
    return {**benchmark.settings.to_record(), "versions": versions, "templates": benchmark.wording.digests(), **objects}
