"""Plan, run and show a benchmark: what `promptkit bench` and `promptkit resume` have in common."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from promptkit.cli import shared
from promptkit.errors import PromptkitError, RecordError, UsageError

if TYPE_CHECKING:
    from promptkit.analysis.summary import Summary, Tallies
    from promptkit.bench.benchmark import Benchmark
    from promptkit.outcomes import Attempt
    from promptkit.record.writer import RunWriter

FIRST_LOOK = ("stories", "stories-zh", "compare", "dead-ends", "tracking", "labels", "formats-json", "sorting")
FIRST_LIMIT = 25  # items of each of these when no task is named: a first look within a minute


class Limits(NamedTuple):
    """What may be used up this time; gone on with, a run may use as much again."""

    calls: int | None = None
    usd: float | None = None
    seconds: float | None = None


def run_benchmark(run: Path | None, given: dict[str, Any], limits: Limits, *, json: bool) -> None:
    """Run in the directory `run`, a new one when `None`, and print the result.

    What is not given is as it was the last time there.

    Raises:
        typer.Exit: the run is incomplete.
    """
    from promptkit.analysis.comparison import MARGIN
    from promptkit.analysis.summary import Tallies
    from promptkit.record.writer import RunWriter

    settings = _settings(run, given)
    planned = _plan(settings, limits)
    record = RunWriter(run or _new_directory())
    try:
        record.begin({**settings, **_made_with(planned)}, planned.tasks)
        counted = Tallies()
        reason = _run(planned, record, counted)
        summary = counted.summary(
            baseline=settings.get("baseline"), margin=settings.get("margin", MARGIN), fed=_order(planned)
        )
        complete = reason is None and summary.complete
        _show(summary, planned, record, complete=complete, json=json)
    finally:
        record.close()
    if reason is None and not complete:
        errors, again = sum(row.error for row in summary.rows), shared.resume_command(record.directory)
        shared.say(f"incomplete: {errors} attempts failed; try them again with: {again}")
    if not complete:
        raise typer.Exit(_exit_code(reason))


def forecast_run(run: Path | None, given: dict[str, Any], limits: Limits, *, json: bool) -> None:
    """Tell what it would take, and send nothing."""
    import asyncio
    from dataclasses import asdict

    from promptkit.bench.forecast import forecast
    from promptkit.cli.tables import print_forecasts

    planned = _plan(_settings(run, given), limits)
    found = asyncio.run(forecast(planned))
    if json:
        return shared.print_json({"model": planned.model.name, "forecast": [asdict(f) for f in found]})
    return print_forecasts(found)


def _settings(run: Path | None, given: dict[str, Any]) -> dict[str, Any]:
    """What is given now, and what was given to the run before."""
    from promptkit.record.reader import read_configuration
    from promptkit.record.tables import FILE

    earlier = read_configuration(run) if run else {}
    if run and (run / FILE).exists() and not earlier and not given.get("tasks"):
        raise UsageError(f"the run in {run} was stopped before it began; give its task and options again")
    return {**earlier, **{name: value for name, value in given.items() if value is not None}}


def _plan(settings: dict[str, Any], limits: Limits) -> Benchmark:
    """The benchmark that the settings describe; all that can be wrong with them is found here."""
    from promptkit.analysis.comparison import MARGIN
    from promptkit.bench.benchmark import ATTEMPTS, CONCURRENCY, Benchmark
    from promptkit.providers.load import load_model
    from promptkit.specs import split_specs
    from promptkit.tasks.load import load_task

    seed = int(settings.get("seed", 0))
    names = settings.get("tasks") or FIRST_LOOK
    limit = settings.get("limit", None if settings.get("tasks") else FIRST_LIMIT)
    kind, labels = shared.answer_kind(settings.get("answer")), shared.label_list(settings.get("labels"))
    stops = bool(settings.get("stop_when_decided"))
    tasks = tuple(load_task(n, answer=kind, labels=labels, seed=seed).limited(limit, seed) for n in names)
    planned = Benchmark(
        tasks=tuple(task.shuffled(seed) for task in tasks) if stops else tasks,
        model=load_model(settings.get("model", "nano"), seed=seed, timeout_seconds=settings.get("timeout_seconds")),
        strategies=split_specs(settings.get("strategies", "")),
        concurrency=settings.get("concurrency", CONCURRENCY),
        attempts=settings.get("attempts", ATTEMPTS),
        timeout_seconds=settings.get("timeout_seconds"),
        item_seconds=settings.get("item_seconds"),
        run_seconds=limits.seconds,
        temperature=settings.get("temperature"),
        max_tokens=settings.get("max_tokens"),
        templates=shared.templates([Path(folder) for folder in settings.get("template_folders", ())]),
        seed=seed,
        replicates=settings.get("replicates", 1),
        independent=settings.get("independent", False),
        baseline=settings.get("baseline"),
        stop_margin=settings.get("margin", MARGIN) if stops else None,
        max_calls=limits.calls,
        max_usd=limits.usd,
    )
    planned.check()
    return planned


def _run(planned: Benchmark, record: RunWriter, counted: Tallies) -> PromptkitError | None:
    """Run it under a progress bar, and count. What ended it early is said on standard error, and returned."""
    import asyncio

    from promptkit.cli.interrupts import Interrupted, graceful_shutdown
    from promptkit.cli.progress import progress
    from promptkit.wrappers.stop import Stop

    go_on = f"go on with: {shared.resume_command(record.directory)}"
    stop = Stop()

    async def all_of_it(done: Callable[[Attempt], None]) -> None:
        with graceful_shutdown(stop, go_on, record.flush):
            await planned.run(record.calls, done, stop)

    try:
        with progress(planned.total(), planned.model.name) as show:

            def done(attempt: Attempt) -> None:
                record.add(attempt)
                counted.add(attempt)
                show(attempt)

            asyncio.run(all_of_it(done))
    except Interrupted as reason:
        return reason  # it was said when it came
    except RecordError:
        raise
    except PromptkitError as reason:
        shared.say(f"stopped: {reason}; {go_on}")
        return reason
    except KeyboardInterrupt:  # where signals can't be taken gently
        shared.say(f"stopped; {go_on}")
        return Interrupted(signal.SIGINT)
    finally:
        record.flush()
    return None


def _exit_code(reason: PromptkitError | None) -> int:
    """130 and so on after a signal; 2 for what a user must set right first."""
    from promptkit.cli.interrupts import Interrupted

    if isinstance(reason, Interrupted):
        return reason.exit_code
    return shared.USAGE_ERROR if isinstance(reason, shared.USAGE_ERRORS) else shared.INCOMPLETE


def _show(summary: Summary, planned: Benchmark, record: RunWriter, *, complete: bool, json: bool) -> None:
    if json:
        shared.print_json(summary.to_json(run=str(record.directory), model=planned.model.name, complete=complete))
    else:
        from promptkit.cli.tables import print_summary

        print_summary(summary)
    shared.say(f"recorded in {record.directory}")


def _made_with(planned: Benchmark) -> dict[str, dict[str, str]]:
    """What else decides the result: versions of packages, and the wording, by hashes of the templates."""
    import contextlib
    import hashlib
    import importlib.metadata
    import platform

    versions = {"python": platform.python_version()}
    for package in ("promptkit", "openai", "anthropic", "xllamacpp", "scipy", "genai-prices"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    wording = {
        name: "sha256:" + hashlib.sha256(planned.templates.file(name).read_bytes()).hexdigest()[:16]
        for name in planned.templates.names()
    }
    return {"versions": versions, "templates": wording}


def _order(planned: Benchmark) -> dict[str, dict[str, int]] | None:
    """The order in which items were fed, for a run that stops when decided."""
    if planned.stop_margin is None:
        return None
    return {task.name: {item.id: place for place, item in enumerate(task.items)} for task in planned.tasks}


def _new_directory() -> Path:
    name = f"{datetime.now().astimezone():%Y-%m-%d-%H%M%S}"
    candidates = (Path("runs") / (name + suffix) for suffix in ("", *(f"-{i}" for i in range(2, 100))))
    return next(path for path in candidates if not path.exists())
