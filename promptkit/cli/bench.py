"""`promptkit bench`: compare strategies on tasks, on a real model."""

from __future__ import annotations

import functools
from typing import Any

import promptkit.by_path as by_path
from promptkit.cli import gate, options
from promptkit.cli.browser import require_report, write_page
from promptkit.cli.run_benchmark import forecast_run, run_benchmark
from promptkit.cli.settings_options import with_settings
from promptkit.formatting import joined
from promptkit.settings import RunLimits, RunSettings
from promptkit.tasks.first_run import first_run


@with_settings(RunSettings, RunLimits)
def bench(
    given: dict[str, Any],
    *,
    run: options.NewRun = None,
    dry_run: options.DryRun = False,
    fields: options.ModelOptions = None,
    base_url: options.BaseUrl = None,
    fail_if: gate.FailIf = None,
    min_accuracy: gate.MinAccuracy = None,
    junit: gate.JUnit = None,
    details: options.Details = False,
    open_page: options.OpenPage = False,
    trust: options.Trust = False,
    otel: options.Otel = False,
    json: options.Json = False,
) -> None:
    """Compare strategies on tasks.

    Without arguments {first run} are run on the bundled model: offline, without a key. Several tasks are printed as an
    overview with its findings, one task as its tables; --details always prints the tables. Every call is recorded in
    the run's directory; `promptkit resume DIR` continues where it stopped and pays for nothing twice. Other models,
    tasks and strategies can be added to the directory: earlier results are kept.

    The first Ctrl-C lets the calls in flight finish, a second one stops at once. The exit code is 1 when the run is
    incomplete (a call failed for good, or a limit was reached), 2 when the provider refuses the key or the model, 75
    when a model was unreachable for too long (try later), and 130 after Ctrl-C. For a complete run it is 3 when a
    condition of --fail-if or --min-accuracy is shown to hold, and 4 when there is not enough data to tell.

    Examples:
        promptkit bench

        promptkit bench stories --strategies "direct,cot,plan,cot+reflect" --limit 100

        promptkit bench questions.jsonl --answer number -s direct,cot --fail-if "cot < direct - 0.02"

        promptkit bench questions.jsonl --answer number -m openai/gpt-6-luna -s direct,cot --run runs/mini
    """
    by_path.trust_files(trust)
    given = options.with_models(given, base_url, fields)
    conditions = functools.partial(gate.Gate.of, fail_if, min_accuracy, junit)
    if dry_run:
        return forecast_run(run, given, json=json, gate=conditions)
    if open_page:
        require_report()
    return run_benchmark(
        run,
        given,
        json=json,
        otel=otel,
        details=details,
        then=write_page if open_page else None,
        gate=conditions,
    )


def _first_run() -> str:
    """The tasks of a first run in words."""
    first = first_run()
    return f"{first.limit} items each of {joined(list(first.tasks))} (benchmarks/first-run.yaml says why)"


bench.__doc__ = (bench.__doc__ or "").replace("{first run}", _first_run())
