"""`promptkit bench`: compare strategies on tasks, on a real model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import options
from promptkit.cli.running import Limits, forecast_run, run_benchmark


def bench(
    tasks: Annotated[
        list[str] | None, typer.Argument(help="A shipped task, a .yaml, or a .jsonl or .csv file.", metavar="[TASK …]")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", "-m", help="provider/name; nano when not given.")] = None,
    strategies: Annotated[
        str | None, typer.Option("--strategies", "-s", help="Specifications, separated by commas.", metavar="A,B,…")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="The strategy to compare with; the first when not given.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many items of each task.", metavar="N")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Seeds the choice of items and examples, and local sampling.")
    ] = None,
    concurrency: options.Concurrency = None,
    attempts: options.Attempts = None,
    timeout_seconds: options.TimeoutSeconds = None,
    item_seconds: options.ItemSeconds = None,
    run_seconds: options.RunSeconds = None,
    temperature: options.Temperature = None,
    max_tokens: options.MaxTokens = None,
    answer: options.Answer = None,
    labels: options.Labels = None,
    run: Annotated[
        Path | None, typer.Option(help="The run's directory; an earlier run is gone on with.", metavar="DIR")
    ] = None,
    templates: options.TemplateFolders = None,
    replicates: Annotated[
        int | None, typer.Option(min=1, help="Repeat everything so often, on fresh draws.", metavar="R")
    ] = None,
    independent: Annotated[
        bool | None, typer.Option("--independent", help="Each strategy makes its own draws; no call is shared.")
    ] = None,
    margin: options.Margin = None,
    stop_when_decided: Annotated[
        bool | None,
        typer.Option("--stop-when-decided", help="Stop a strategy as soon as its verdict is sure, at any time."),
    ] = None,
    max_calls: options.MaxCalls = None,
    max_cost: options.MaxCost = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell calls, tokens and price; send nothing.")] = False,
    json: options.Json = False,
) -> None:
    """Compare strategies on tasks.

    Without arguments eight shipped tasks are run on the bundled model: offline, without a key. Every call is recorded
    in the run's directory; `promptkit resume DIR` goes on where it stopped and pays for nothing twice. Ctrl-C lets the
    calls in the air end, a second one does not. The exit code is 1 when the run is incomplete: a call failed for good,
    or a limit was reached; 2 when the provider refuses the key or the model; 130 after Ctrl-C.

    Examples:
        promptkit bench

        promptkit bench stories --strategies "direct,cot,plan,cot+reflect" --limit 100

        promptkit bench questions.jsonl --answer number -m openai/gpt-5-mini -s direct,cot --run runs/mini
    """
    given = {
        "tasks": tasks or None,
        "model": model,
        "strategies": strategies,
        "baseline": baseline,
        "limit": limit,
        "seed": seed,
        "temperature": temperature,
        "max_tokens": max_tokens,
        "answer": answer,
        "labels": labels,
        "replicates": replicates,
        "independent": independent,
        "margin": margin,
        "stop_when_decided": stop_when_decided,
        "template_folders": [str(folder.resolve()) for folder in templates] if templates else None,
        "concurrency": concurrency,
        "attempts": attempts,
        "timeout_seconds": timeout_seconds,
        "item_seconds": item_seconds,
    }
    limits = Limits(max_calls, max_cost, run_seconds)
    if dry_run:
        return forecast_run(run, given, limits, json=json)
    return run_benchmark(run, given, limits, json=json)
