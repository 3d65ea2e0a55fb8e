"""`promptkit check`: conditions on a recorded run, for scripts and CI."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from promptkit.analysis.summary import tally
from promptkit.cli import exit_codes, gate, options, output
from promptkit.errors import UsageError
from promptkit.record.reader import open_run, resume_command


def check(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="RUN")],
    fail_if: gate.FailIf = None,
    min_accuracy: gate.MinAccuracy = None,
    junit: gate.JUnit = None,
    json: options.Json = False,
) -> None:
    """Check conditions on a recorded run. No model is called.

    The exit code is 0 when the 95 % intervals rule out every condition, 3 when one is shown to hold, 4 when there is
    not enough data to tell, and 1 when attempts are missing.

    Examples:
        promptkit check runs/mini --fail-if "cot < direct - 0.02"

        promptkit check runs/mini --min-accuracy "cot>=0.8" --junit report.xml
    """
    with open_run(run) as opened:
        counted = tally(opened.attempts(), opened.preparations())
        fed = opened.fed()
    asked = gate.Gate.of(fail_if, min_accuracy, junit, counted.strategies())
    if not asked.conditions:
        raise UsageError("there is nothing to check; give --fail-if or --min-accuracy")
    found = asked.checks(counted, fed)
    failed = sum(t.attempts - t.judged_attempts for t in counted.groups.values())
    if json:
        output.print_json({"run": str(run), "complete": not failed, **gate.as_json(found)})
    gate.print_checks(found, json=json)
    if failed:
        output.print_notice(f"incomplete: {failed:,} attempts were not judged; try again with: {resume_command(run)}")
        raise typer.Exit(exit_codes.INCOMPLETE)
    if code := gate.exit_code(found):
        raise typer.Exit(code)
