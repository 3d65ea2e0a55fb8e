"""The way in from Python: compare strategies, and read a run that was recorded."""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from promptkit.analysis.summary import Row, Tallies, summarize_run, tally
from promptkit.backend import Model
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.counted_run import Keeper, KeptInMemory, run_counted
from promptkit.bench.forecast import expected_calls
from promptkit.bench.given import Asked, option_names, planned_benchmark, split_options
from promptkit.bench.meter import Meter
from promptkit.bench.progress import shown_progress
from promptkit.bench.recording import batch_ledger, recorded_tallies, recording
from promptkit.bench.result import Attempts, Result
from promptkit.bench.strategies import Strategies
from promptkit.errors import BudgetExceeded, ModelDown, Stopped, UsageError
from promptkit.formatting import joined
from promptkit.grading.graders import Graders, named_graders
from promptkit.outcomes import OUTCOMES, Attempt
from promptkit.record.reader import Run, open_run
from promptkit.settings import RunLimits, RunSettings
from promptkit.sync import wait_whole
from promptkit.tasks import Task

LIMIT_REACHED = (BudgetExceeded, Stopped, ModelDown)  # what was judged before is a result, and incomplete


def compare(
    tasks: Asked | Sequence[Task | str | Path],
    strategies: Strategies = (),
    *,
    model: Model | str | Sequence[Model | str] | None = None,
    grader: Graders | None = None,
    directory: Path | str | None = None,
    progress: bool = False,
    settings: RunSettings | None = None,
    **options: Any,  # noqa: ANN401 - checked against RunSettings and RunLimits
) -> Result:
    """Compare strategies on tasks: ask, judge, and wait for the result.

    ```python
    result = compare("questions.csv", {"direct": model, "cot": ChainOfThought(model)}, answer="number", limit=100)
    ```

    All models are asked as `promptkit bench` asks them: many calls at the same time, again after failures, shared calls
    once. Models given as objects stay open. Several threads may call it, and so may a notebook or a running loop, which
    it blocks; there `await asyncio.to_thread(compare, …)` does not. Ctrl-C lets the calls in flight finish.

    Calls: those of the strategies, an item each; one that several make is made once.

    Args:
        tasks: one or more of: a `Task`, the name of a shipped one, a path; or (question, target) pairs or items, with
            `answer`, such as "number". Rows of a file that can't be used are left out with a warning; `strict=True`
            refuses them.
        strategies: by the names that the result gives them: a strategy or model as an object, or a specification such
            as "cot+reflect". A list of specifications, or a text with commas, names each by itself. Without any: those
            that suit the task.
        model: what specifications ask: a model, or the name of one; or several, each of which they ask.
        grader: what grades replies in place of reading their answers: a function of (reply, item) that returns whether
            it is right, a score between 0 and 1, or a `Score` with its reason; `async` or not. Or its name, as
            "module:function". Of several, in a list or by name, the first decides and the others are shown beside.
        directory: where every call is recorded. Compare there again to resume: calls on record are not made again, and
            settings that are not given are as they were. Without it nothing is written.
        progress: show calls, rate and time left on standard error.
        settings: settings to begin with.
        **options: any field of `RunSettings` (`limit`, `baseline`, `temperature`, `concurrency`, …) and of `RunLimits`
            (`max_calls`, `max_cost`, `run_seconds`).

    Raises:
        UsageError: an unknown option, a task or strategy that can't be used, or a directory with a run whose attempts
            would be other ones; found before anything is sent.
        AuthenticationError: the provider refuses the key.
        UnknownModel: the provider does not know the model.
        RecordError: the record can't be written.
    """
    graders = named_graders(grader)
    place = None if directory is None else Path(directory)
    planned, limits = split_options(options)
    if graders:
        planned["grader"] = tuple(graders)
    if not isinstance(settings, RunSettings | None):
        raise UsageError(f"`settings`: it should be a RunSettings, got {settings!r:.80}")
    given = {**(settings.given() if settings else {}), **planned}
    benchmark, loaded = planned_benchmark(tasks, strategies, model, place, given, RunLimits(**limits), graders)
    finish = functools.partial(_run, benchmark, loaded, place, shown=progress)
    return _result(benchmark, place, *wait_whole(finish))


def read_run(directory: Path | str) -> Result:
    """The result of a run that `compare` or `promptkit bench` recorded. Nothing is asked, and nothing is written.

    Attempts of all plans that the directory has seen are in it.

    Raises:
        UsageError: it is not a run directory, its record can't be read, or it has no attempts.
    """
    place = Path(directory)
    with open_run(place) as run:
        settings = RunSettings.recorded(run.configuration)
        counted = tally(run.attempts(), run.preparations(), run.batched())
        summary, fed = summarize_run(run, counted), run.fed()
        complete = summary.complete and (settings.stop_when_decided or _all_tried(run, settings, summary.rows))
    return Result(
        summary.rows,
        summary.comparisons,
        summary.across_models,
        complete,
        "",
        place,
        Attempts(functools.partial(_recorded_attempts, place)),
        settings.margin,
        counted,
        summary.metric,
        summary.others,
        fed,
    )


def _with_signature(function: Callable[..., Result]) -> None:
    """Show every option where Python and notebooks show signatures."""
    signature = inspect.signature(function)
    fields = {**RunSettings.model_fields, **RunLimits.model_fields}
    keyword = inspect.Parameter.KEYWORD_ONLY
    own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
    more = [
        inspect.Parameter(name, keyword, default=fields[name].default, annotation=fields[name].annotation)
        for name in option_names()
    ]
    function.__signature__ = signature.replace(parameters=[*own, *more])  # type: ignore[attr-defined]


_with_signature(compare)


Ran: TypeAlias = tuple[Tallies, tuple[Attempt, ...], str]


async def _run(benchmark: Benchmark, loaded: Iterable[Model], directory: Path | None, *, shown: bool) -> Ran:
    """Run it: what was counted, the attempts where they are not recorded, and why it stopped early."""
    counted, memory = Tallies(), KeptInMemory()
    stopped = ""
    with contextlib.ExitStack() as closing:
        keeper: Keeper = memory
        if directory is not None:
            keeper = closing.enter_context(recording(benchmark, directory))
        ledger = closing.enter_context(batch_ledger(benchmark, directory))
        meter = Meter(benchmark.attempts(), await expected_calls(benchmark) if shown else {})
        if shown:
            closing.enter_context(shown_progress(meter, joined(benchmark.settings.model)))
        try:
            refused = await run_counted(benchmark, keeper, counted, meter, ledger=ledger)
            stopped = "; ".join(
                f"{strategy} is refused by {model}: {error}" for (strategy, model), error in refused.items()
            )
        except LIMIT_REACHED as reason:
            stopped = str(reason)
        finally:
            for model in loaded:
                await model.aclose()
    return counted, tuple(memory.attempts), stopped


def _result(
    benchmark: Benchmark, directory: Path | None, counted: Tallies, kept: tuple[Attempt, ...], stopped: str
) -> Result:
    if stopped and directory is not None:
        counted = recorded_tallies(benchmark, directory)
    summary = benchmark.summary(counted)
    read = (lambda: kept) if directory is None else functools.partial(_recorded_attempts, directory)
    return Result(
        summary.rows,
        summary.comparisons,
        summary.across_models,
        summary.complete and not stopped,
        stopped,
        directory,
        Attempts(read),
        benchmark.settings.margin,
        counted,
        summary.metric,
        summary.others,
        benchmark.order(),
    )


def _recorded_attempts(directory: Path) -> Iterator[Attempt]:
    with open_run(directory) as run:
        yield from run.attempts()


def _all_tried(run: Run, settings: RunSettings, rows: Iterable[Row]) -> bool:
    """Whether every item that the run has was tried under every strategy, as often as it should be."""
    items = {task: len(places) for task, places in run.order().items()}
    tried = ((row.task, sum(getattr(row, outcome) for outcome in OUTCOMES)) for row in rows)
    return all(count >= items.get(task, 0) * settings.repetitions for task, count in tried)
