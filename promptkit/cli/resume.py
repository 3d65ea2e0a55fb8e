"""`promptkit resume`: continue a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

import promptkit.by_path as by_path
from promptkit.cli import options
from promptkit.cli.ablate import is_ablation, run_ablation
from promptkit.cli.browser import require_report, write_page
from promptkit.cli.run_benchmark import forecast_run, run_benchmark
from promptkit.cli.settings_options import with_settings
from promptkit.record.reader import run_directory
from promptkit.settings import RunLimits, RunSettings


@with_settings(RunSettings, RunLimits, roles=("pace",))
def resume(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="DIR")],
    given: dict[str, Any],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what is left to ask; send nothing, and write nothing.")
    ] = False,
    details: options.Details = False,
    open_page: options.OpenPage = False,
    trust: options.Trust = False,
    otel: options.Otel = False,
    json: options.Json = False,
) -> None:
    """Continue a run that was stopped, killed, or had calls that failed; the same as `promptkit bench --run DIR`.

    Calls on record are not made again. Options that are not given stay as they were, except the limits on calls,
    dollars and seconds of the run, which start afresh. A complete run makes no calls and prints its result. What the
    record names as module:name is imported only with `--trust`.

    Examples:
        promptkit resume runs/mini

        promptkit resume runs/mini --concurrency 4 --max-cost 5

        promptkit resume runs/mini --details
    """
    by_path.trust_files(trust)
    directory = run_directory(run)
    if open_page:
        require_report()
    then = write_page if open_page else None
    if is_ablation(directory):
        return run_ablation(directory, given, dry_run=dry_run, json=json, then=then)
    if dry_run:
        return forecast_run(directory, given, json=json)
    return run_benchmark(directory, given, json=json, otel=otel, details=details, then=then)
