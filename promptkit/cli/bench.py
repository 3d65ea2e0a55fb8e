"""`promptkit bench`: compare strategies on tasks, on a real model."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from promptkit.cli import options, shared
from promptkit.errors import BudgetExceeded, ModelDown, UsageError

if TYPE_CHECKING:
    from promptkit.bench.benchmark import Benchmark
    from promptkit.bench.outcomes import Attempt
    from promptkit.bench.record import RunRecord
    from promptkit.bench.summary import Tallies

DEFAULT_LIMIT = 20  # items of each shipped task when none is named: a first look in about a minute


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
    concurrency: Annotated[int, typer.Option(min=1, help="The most calls in the air at the same time.")] = 16,
    attempts: Annotated[int, typer.Option(min=1, help="How often a call is tried at most.")] = 6,
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
    max_calls: Annotated[int | None, typer.Option(min=0, help="Send no more requests than this.", metavar="N")] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="Spend no more US dollars.", metavar="USD")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell calls, tokens and price; send nothing.")] = False,
    json: options.Json = False,
) -> None:
    """Compare strategies on tasks.

    Without arguments the shipped tasks are run on the bundled model: offline, without a key. Every call is recorded in
    the run's directory; the same command with `--run DIR` goes on where it stopped and pays for nothing twice. The exit
    code is 1 when a call failed for good, so that the run is incomplete.

    Examples:
        promptkit bench

        promptkit bench stories --strategies "direct,cot,plan,cot+reflect" --limit 100

        promptkit bench questions.jsonl --answer number -m openai/gpt-5-mini -s direct,cot --run runs/mini
    """
    from promptkit.bench.record import FILE, RunRecord
    from promptkit.bench.summary import Tallies

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
    }
    earlier = RunRecord.read_configuration(run) if run else {}
    if run and (run / FILE).exists() and not earlier and not tasks:
        raise UsageError(f"the run in {run} was stopped before it began; give its task and options again")
    settings = {**earlier, **{name: value for name, value in given.items() if value is not None}}
    planned = _plan(settings, concurrency, attempts, max_calls, max_cost)
    if dry_run:
        return _forecast(planned, json=json)
    record = RunRecord(run or _new_directory())
    try:
        record.begin({**settings, **_made_with(planned)}, planned.tasks)
        counted = Tallies()
        finished = _run(planned, record, counted)
        _show(planned, record, settings, counted, finished=finished, json=json)
    finally:
        record.close()
    return None


def _forecast(planned: Benchmark, *, json: bool) -> None:
    import asyncio
    from dataclasses import asdict

    from promptkit.bench.forecast import forecast
    from promptkit.cli.tables import print_forecasts

    found = asyncio.run(forecast(planned))
    if json:
        return shared.print_json({"model": planned.model.model, "forecast": [asdict(f) for f in found]})
    return print_forecasts(found)


def _plan(
    settings: dict[str, Any],
    concurrency: int,
    attempts: int,
    max_calls: int | None,
    max_cost: float | None,
) -> Benchmark:
    """The benchmark that the settings describe; all that can be wrong with them is found here."""
    from promptkit.backends.by_name import load_model
    from promptkit.bench.benchmark import Benchmark
    from promptkit.bench.comparison import MARGIN
    from promptkit.bench.tasks import load_task, suite_names
    from promptkit.specs import split_specs

    seed = int(settings.get("seed", 0))
    names = settings.get("tasks") or suite_names()
    limit = settings.get("limit", None if settings.get("tasks") else DEFAULT_LIMIT)
    kind, labels = shared.answer_kind(settings.get("answer")), shared.label_list(settings.get("labels"))
    stops = bool(settings.get("stop_when_decided"))
    tasks = tuple(load_task(n, answer=kind, labels=labels, seed=seed).limited(limit, seed) for n in names)
    planned = Benchmark(
        tasks=tuple(task.shuffled(seed) for task in tasks) if stops else tasks,
        model=load_model(settings.get("model", "nano"), seed=seed),
        strategies=split_specs(settings.get("strategies", "")),
        concurrency=concurrency,
        attempts=attempts,
        temperature=settings.get("temperature"),
        max_tokens=settings.get("max_tokens"),
        templates=shared.templates([Path(folder) for folder in settings.get("template_folders", ())]),
        seed=seed,
        replicates=settings.get("replicates", 1),
        independent=settings.get("independent", False),
        baseline=settings.get("baseline"),
        stop_margin=settings.get("margin", MARGIN) if stops else None,
        max_calls=max_calls,
        max_usd=max_cost,
    )
    planned.check()
    return planned


def _run(planned: Benchmark, record: RunRecord, counted: Tallies) -> bool:
    """Run it under a progress bar; whether it came to its end. What stopped it is said on standard error."""
    import asyncio

    from promptkit.cli.progress import progress

    try:
        with progress(planned.total(), planned.model.model) as show:

            def done(attempt: Attempt) -> None:
                record.add(attempt)
                counted.add(attempt)
                show(attempt)

            asyncio.run(planned.run(record.calls, done))
    except (BudgetExceeded, ModelDown) as error:
        shared.say(f"stopped: {error}; what is missing is run with: promptkit bench --run {record.directory}")
        return False
    except KeyboardInterrupt:
        shared.say(f"stopped; go on with: promptkit bench --run {record.directory}")
        return False
    finally:
        record.flush()
    return True


def _show(
    planned: Benchmark,
    record: RunRecord,
    settings: dict[str, Any],
    counted: Tallies,
    *,
    finished: bool,
    json: bool,
) -> None:
    from promptkit.bench.comparison import MARGIN
    from promptkit.cli.tables import print_summary

    margin = settings.get("margin", MARGIN)
    summary = counted.summary(baseline=settings.get("baseline"), margin=margin, fed=_order(planned))
    complete = finished and summary.complete
    if json:
        shared.print_json(summary.to_json(run=str(record.directory), model=planned.model.model, complete=complete))
    else:
        print_summary(summary)
    shared.say(f"recorded in {record.directory}")
    if not complete:
        errors = sum(row.error for row in summary.rows)
        shared.say(
            f"incomplete: {errors} attempts failed; try them again with: promptkit bench --run {record.directory}"
        )
        raise typer.Exit(1)


def _made_with(planned: Benchmark) -> dict[str, dict[str, str]]:
    """What else decides the result: versions of packages, and the wording, by hashes of the templates."""
    import hashlib
    import importlib.metadata
    import platform

    packages = ("promptkit", "openai", "anthropic", "xllamacpp", "scipy", "genai-prices")
    installed = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions()}
    versions = {"python": platform.python_version(), **{p: installed[p] for p in packages if p in installed}}
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
