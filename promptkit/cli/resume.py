"""`promptkit resume`: go on with a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import options
from promptkit.cli.running import Limits, run_benchmark


def resume(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="DIR")],
    concurrency: options.Concurrency = None,
    attempts: options.Attempts = None,
    timeout_seconds: options.TimeoutSeconds = None,
    item_seconds: options.ItemSeconds = None,
    run_seconds: options.RunSeconds = None,
    max_calls: options.MaxCalls = None,
    max_cost: options.MaxCost = None,
    json: options.Json = False,
) -> None:
    """Go on with a run that was stopped, killed, or had calls that failed; the same as `promptkit bench --run DIR`.

    Calls on record are not made again. What is not given is as it was, but for the limits on calls, dollars and
    seconds of the run, which count anew. A run that is complete asks nothing and prints its result.

    Examples:
        promptkit resume runs/mini

        promptkit resume runs/mini --concurrency 4 --max-cost 5
    """
    given = {
        "concurrency": concurrency,
        "attempts": attempts,
        "timeout_seconds": timeout_seconds,
        "item_seconds": item_seconds,
    }
    from promptkit.record.reader import run_directory

    run_benchmark(run_directory(run), given, Limits(max_calls, max_cost, run_seconds), json=json)
