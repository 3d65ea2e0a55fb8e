"""Run a benchmark in a terminal and show its result: what `promptkit bench` and `promptkit resume` have in common."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import typer

import promptkit.by_path as by_path
from promptkit.analysis.summary import Summary, Tallies
from promptkit.bench.batch_plan import batch_plan
from promptkit.bench.benchmark import Benchmark
from promptkit.bench.bootstrapping import NoExample
from promptkit.bench.ceiling import ceiling
from promptkit.bench.counted_run import run_counted
from promptkit.bench.forecast import expected_calls, forecast
from promptkit.bench.grading_ahead import grading_ahead
from promptkit.bench.meter import Meter
from promptkit.bench.planning import described_benchmark
from promptkit.bench.progress import shown_progress
from promptkit.bench.recording import (
    as_recorded,
    batch_ledger,
    check_resumable,
    kept_wording,
    new_directory,
    recorded_tallies,
    recording,
    resumed_settings,
)
from promptkit.bench.strategies import Arm
from promptkit.cli import exit_codes, options, output
from promptkit.cli.gate import Gate, as_json, exit_code, print_checks
from promptkit.cli.interrupts import Interrupted, graceful_shutdown
from promptkit.cli.results import print_results
from promptkit.cli.tables import print_batch_plan, print_ceiling, print_forecasts
from promptkit.cli.traced import traced_where
from promptkit.distribution import pip_install
from promptkit.errors import InvalidRequest, PromptkitError, RecordError, TemplateError
from promptkit.formatting import joined
from promptkit.record.batches import read_batches
from promptkit.record.reader import open_run, report_command, resume_command
from promptkit.record.tables import FILE
from promptkit.record.writer import RunWriter
from promptkit.settings import RunLimits
from promptkit.wrappers.stop import Stop


def _no_gate(_strategies: Iterable[str]) -> Gate:
    return Gate(())


class Show(Protocol):
    """How the result of a run is printed."""

    def __call__(self, summary: Summary, counted: Tallies, *, complete: bool) -> None:
        """Print it; `complete` is whether nothing is missing."""


def run_benchmark(
    run: Path | None,
    given: Mapping[str, Any],
    *,
    json: bool,
    otel: bool = False,
    details: bool = False,
    show: Show | None = None,
    then: Callable[[Path], None] | None = None,
    gate: Callable[[Iterable[str]], Gate] = _no_gate,
) -> None:
    """Run in the directory `run`, a new one when `None`, and print the result, by `show` where that is given.

    What is not given is as it was the last time there, but for limits. `details` prints the tables of several tasks as
    well. `then` is called with the directory when all is printed. `gate` makes the conditions on the result for the
    strategies that are compared. With `otel` what is asked is traced.

    Raises:
        typer.Exit: the run is incomplete, or a condition is not excluded.
    """
    planned = _planned(run, given)
    asked = gate(group.strategy for group in planned.groups())
    counted = Tallies()
    with recording(planned, run or new_directory()) as record:
        with traced_where(wanted=otel):
            reason, refused = _run(planned, record, counted)
        if reason is not None or not planned.summary(counted).complete:
            counted = recorded_tallies(planned, record.directory)
        summary = planned.summary(counted)
        complete = reason is None and summary.complete
        found = asked.checks(counted, planned.order())
        if show is not None:
            show(summary, counted, complete=complete)
        else:
            _show(summary, record, complete=complete, json=json, details=details, **as_json(found))
        print_checks(found, json=json)
        output.print_notice(f"recorded in {record.directory}")
    for (strategy, model), error in refused.items():
        output.print_notice(f"ended: {strategy} is refused by {model}, which resuming can't fix: {error}")
    failed = [row.error for row in summary.rows if (row.strategy, row.model) not in refused]
    if reason is None and (errors := sum(failed)):
        output.print_notice(f"incomplete: {errors} attempts failed; try them again with: {_again(record)}")
    if reason is None and any(made.ended for made in summary.prepared):
        output.print_notice("incomplete: a strategy was not run for want of examples, as a line under the table tells")
    summaries = (summary, *summary.others.values())
    if reason is None and (ungraded := sum(row.ungraded for of in summaries for row in of.rows)):
        what = "1 reply was" if ungraded == 1 else f"{ungraded:,} replies were"
        output.print_notice(f"incomplete: {what} not graded; grade the recorded replies again with: {_again(record)}")
    if then is not None and summary.rows:
        then(record.directory)
    if not complete:
        raise typer.Exit(_exit_code(reason, record.directory))
    if code := exit_code(found):
        raise typer.Exit(code)


def forecast_run(
    run: Path | None,
    given: Mapping[str, Any],
    *,
    json: bool,
    gate: Callable[[Iterable[str]], Gate] = _no_gate,
) -> None:
    """Show what it would take beside what is on record in the directory `run`. Nothing is sent or written.

    `gate` is made for the strategies, so that what is wrong with its conditions is found.
    """
    planned = _planned(run, given)
    gate(group.strategy for group in planned.groups())
    if run is None or not (run / FILE).exists():
        found, at_most = asyncio.run(forecast(planned)), asyncio.run(ceiling(planned))
    else:
        check_resumable(planned, run)
        with open_run(run, may_be_empty=True) as earlier:
            found = asyncio.run(forecast(planned, recorded=earlier.call))
            at_most = asyncio.run(ceiling(planned, recorded=earlier.call))
    waves = asyncio.run(batch_plan(planned)) if planned.limits.batch else None
    graders = grading_ahead(planned)
    if json:
        batches = asdict(waves) if waves else None
        shown = {"forecast": [asdict(f) for f in found], "at_most": asdict(at_most), "batches": batches}
        shown |= {"grading": [asdict(one) for one in graders]} if graders else {}
        return output.print_json({"models": [model.name for model in planned.models], **shown})
    print_forecasts(found)
    print_ceiling(at_most)
    for one in graders:
        output.print_text(one.sentence())
    return print_batch_plan(waves) if waves else None


def _planned(run: Path | None, given: Mapping[str, Any]) -> Benchmark:
    limits = {name: value for name, value in given.items() if name in RunLimits.model_fields}
    settings = {name: value for name, value in given.items() if name not in limits}
    held = RunLimits(**limits)
    try:
        planned = described_benchmark(resumed_settings(run, settings), held, kept_wording(run, held))
    except TemplateError as error:
        kept = kept_wording(run, held.model_copy(update={"wording": "recorded"}))
        if not kept or held.wording == "recorded":
            raise
        way_out = "--wording recorded keeps the texts on record"
        raise TemplateError(f"{error}; {way_out}", file=error.file, line=error.line) from None
    for task in planned.tasks:
        options.report_notes(task)
    return as_recorded(planned, run)


def _run(
    planned: Benchmark, record: RunWriter, counted: Tallies
) -> tuple[PromptkitError | None, dict[Arm, InvalidRequest]]:
    """Run it under a progress display, and count.

    Returns:
        What ended it early, which is printed on standard error, and the strategies that were refused altogether.
    """
    resume = f"resume it with: {_again(record)}"
    stop = Stop()
    meter = Meter(planned.attempts(), asyncio.run(expected_calls(planned)))

    async def all_of_it() -> dict[Arm, InvalidRequest]:
        try:
            with (
                graceful_shutdown(stop, resume, record.flush),
                batch_ledger(planned, record.directory) as ledger,
            ):
                return await run_counted(planned, record, counted, meter, stop, ledger=ledger)
        finally:
            for model in planned.models:
                await model.aclose()

    try:
        with shown_progress(meter, joined(planned.settings.model)):
            return None, asyncio.run(all_of_it())
    except Interrupted as reason:
        return reason, {}  # it was reported when it came
    except RecordError:
        raise
    except PromptkitError as reason:
        again = "" if isinstance(reason, NoExample) else f"; {resume}"
        output.print_notice(f"stopped: {options.as_typed(str(reason))}{again}")
        return reason, {}
    except KeyboardInterrupt:  # where signals can't be handled gracefully
        output.print_notice(f"stopped; {resume}")
        return Interrupted(signal.SIGINT), {}
    finally:
        record.flush()


def _again(record: RunWriter) -> str:
    """What to type to resume the run."""
    return resume_command(record.directory) + (" --trust" if by_path.imported_any() else "")


def _exit_code(reason: PromptkitError | None, directory: Path) -> int:
    """130 and so on after a signal, 75 where batches are waited for; 2 for what a user must set right first."""
    if isinstance(reason, Interrupted):
        waits = any(batch.step in {"prepared", "submitted"} for batch in read_batches(directory))
        return exit_codes.TRY_LATER if waits else reason.exit_code
    return exit_codes.exit_code(reason) if reason else exit_codes.INCOMPLETE


def _show(summary: Summary, record: RunWriter, *, complete: bool, json: bool, details: bool, **more: object) -> None:
    if json:
        output.print_json({**summary.to_json(run=str(record.directory), complete=complete), **more})
        return
    tables = [] if details else [f"tables with intervals, outcomes, p-values: {_again(record)} --details"]
    page = f"the page with charts and transcripts: {report_command(record.directory)} --open"
    if find_spec("vl_convert") is None:
        page += f" (needs {pip_install('report')})"
    print_results(summary, details=details, more=[*tables, page])
    if len({row.task for row in summary.rows}) == 1:
        output.print_notice(page)
