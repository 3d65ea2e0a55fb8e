"""`promptkit optimize`: search for a better wording, and prove the gain on items never seen."""

from __future__ import annotations

import asyncio
import shlex
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import promptkit.by_path as by_path
from promptkit.bench.recording import new_directory
from promptkit.cli import exit_codes, options, output
from promptkit.cli.interrupts import Interrupted, graceful_shutdown
from promptkit.cli.optimized import print_plan, print_result, print_shares, shown_search
from promptkit.cli.settings_options import with_settings
from promptkit.errors import PromptkitError
from promptkit.optimizing.door import NOT_TAKEN, Prepared, prepare
from promptkit.optimizing.forecast import forecast_plan
from promptkit.optimizing.plan import MAX_CALLS, Plan
from promptkit.optimizing.requests import sent_before
from promptkit.optimizing.result import Optimized
from promptkit.optimizing.running import Watch, run_plan
from promptkit.optimizing.splits import HELD_OUT, TRAIN, VALIDATION, Sizes
from promptkit.settings import RunSettings
from promptkit.wrappers.stop import Stop

_Task = Annotated[str | None, typer.Argument(help="A shipped task, a .yaml file, or a file of rows.", metavar="TASK")]
_Strategy = Annotated[
    str | None,
    typer.Option(
        "--strategy", "-s", help="The strategy to optimise, such as cot.", metavar="SPEC", callback=options.typed_name
    ),
]
_Model = Annotated[
    str | None,
    typer.Option("--model", "-m", help="The model to ask.", metavar="MODEL", callback=options.typed_name),
]
_ReflectionModel = Annotated[
    str | None,
    typer.Option(
        help="The model that proposes wordings; by default the one that is asked, but a small one is too weak for it.",
        metavar="MODEL",
        callback=options.typed_name,
    ),
]
_Only = Annotated[
    str | None,
    typer.Option(
        help="Change only the wording, or only the examples; by default both, where it has both.", metavar="WHAT"
    ),
]
_Train = Annotated[int | None, typer.Option(min=2, help=f"Items to learn from. Default: up to {TRAIN}.", metavar="N")]
_Validation = Annotated[
    int | None,
    typer.Option(min=3, help=f"Items to rank candidates on. Default: up to {VALIDATION}.", metavar="N"),
]
_HeldOut = Annotated[
    int | None, typer.Option(min=3, help=f"Items for the proof. Default: up to {HELD_OUT}.", metavar="N")
]
_MaxCalls = Annotated[
    int | None,
    typer.Option(
        min=0,
        help=f"Send at most N requests in all, proof and failed ones included. Default: {MAX_CALLS:,}.",
        metavar="N",
    ),
]


@with_settings(RunSettings, without=NOT_TAKEN)
def optimize(
    task: _Task = None,
    *,
    strategy: _Strategy = None,
    model: _Model = None,
    reflection_model: _ReflectionModel = None,
    only: _Only = None,
    train: _Train = None,
    validation: _Validation = None,
    held_out: _HeldOut = None,
    max_calls: _MaxCalls = None,
    allow_code: options.AllowCode = False,
    run: options.NewRun = None,
    dry_run: options.DryRun = False,
    given: dict[str, Any],
    fields: options.ModelOptions = None,
    base_url: options.BaseUrl = None,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Search for a better wording of a strategy, or better examples, and prove the gain on items never seen.

    A reflection model reads how a wording did on a few train items and proposes another one (GEPA). Candidates are
    ranked on validation items; the best is compared with the original once, on held-out items. The run's directory
    keeps the candidates as templates, the page optimize.md, and every call, so that the same command with --run DIR
    continues after a stop or a kill and pays for nothing twice.

    The exit code is 0 when a gain is shown, 3 when a gain of the margin or more is ruled out, 4 when there is not
    enough data to tell or nothing better was found, 1 when it is incomplete, 2 for a mistake to correct first, 75 when
    a model was unreachable for too long, and 130 after Ctrl-C, which shows the best so far.

    Examples:
        promptkit optimize tickets.yaml -s cot -m openai/gpt-6-luna --reflection-model openai/gpt-6.1-sol --dry-run

        promptkit optimize stories -s few-shot --only examples --max-calls 1500 --run runs/examples

        promptkit optimize --run runs/examples
    """
    by_path.trust_files(trust)
    named = None if model is None else options.model_name(model, base_url, fields)
    more = {**given, "allow_code": True} if allow_code else given
    prepared = prepare(
        task,
        strategy,
        named,
        reflection_model,
        only=only,  # type: ignore[arg-type]  # it is checked there
        sizes=Sizes(train, validation, held_out),
        max_calls=max_calls,
        directory=run,
        given=more,
    )
    options.report_notes(prepared.benchmark.tasks[0])
    if dry_run:
        asyncio.run(_forecast(prepared, run, json=json))
    else:
        _optimize(prepared, run or new_directory(), json=json)


def _optimize(prepared: Prepared, directory: Path, *, json: bool) -> NoReturn:
    result, failed = asyncio.run(_run(prepared, directory))
    output.print_json(result.to_json()) if json else print_result(result)
    output.print_notice(f"recorded in {result.directory}; the page is {result.directory / 'optimize.md'}")
    if not result.complete:
        output.print_notice(f"resume with: {_again(result.directory)}")
    raise typer.Exit(_exit_code(result, failed))


async def _forecast(prepared: Prepared, run: Path | None, *, json: bool) -> None:
    try:
        plan = await prepared.plan()
        shares = await forecast_plan(plan)
    finally:
        await prepared.aclose()
    if json:
        return output.print_json(
            {**_sizes(plan), "sent": sent_before(run), "forecast": [asdict(share) for share in shares]}
        )
    print_plan(plan, sent=sent_before(run))
    return print_shares(plan, shares)


async def _run(prepared: Prepared, directory: Path) -> tuple[Optimized, PromptkitError | None]:
    try:
        plan = await prepared.plan()
        print_plan(plan, sent=sent_before(directory))
        again = f"resume with: {_again(directory)}"

        def stopping(stop: Stop) -> AbstractContextManager[None]:
            return graceful_shutdown(stop, again, lambda: None)

        with shown_search(plan) as changed:
            return await run_plan(plan, directory, Watch(changed, stopping))
    finally:
        await prepared.aclose()


def _sizes(plan: Plan) -> dict[str, Any]:
    splits = plan.splits
    sizes = {"train": len(splits.train), "validation": len(splits.validation), "held_out": len(splits.held_out)}
    return {
        "sizes": sizes,
        "max_calls": plan.max_calls,
        "proof_calls": plan.proof_calls,
        "changes": list(plan.versions.original),
    }


def _again(directory: Path) -> str:
    return f"promptkit optimize --run {shlex.quote(str(directory))}" + (" --trust" if by_path.imported_any() else "")


def _exit_code(result: Optimized, failed: PromptkitError | None) -> int:
    if isinstance(failed, Interrupted):
        return failed.exit_code
    if not result.complete:
        return exit_codes.exit_code(failed) if failed else exit_codes.INCOMPLETE
    if result.gain:
        return 0
    shown = result.comparison is not None and result.comparison.verdict in ("worse", "equivalent")
    return exit_codes.SHOWN if shown else exit_codes.UNCLEAR
