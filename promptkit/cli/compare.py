"""`promptkit compare`: runs made apart, on the items that they share."""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import promptkit.by_path as by_path
from promptkit.analysis.comparison import MARGIN
from promptkit.bench.across_runs import compare_runs
from promptkit.cli import options, output
from promptkit.cli.model_tables import print_across_runs
from promptkit.record.reader import open_run


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Directories of runs; the others are compared with the first.")],
    margin: options.Margin = None,
    details: options.Details = False,
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Compare separate runs: another model, another wording, another version.

    Runs are compared on the items that all of them have with the same question and target: each strategy with itself in
    the first run. What differs between the runs is listed: settings, versions, and the prompts, as a diff.

    Examples:
        promptkit compare runs/mini runs/large

        promptkit compare runs/before runs/after --margin 0.01 --json
    """
    by_path.trust_files(trust)
    with contextlib.ExitStack() as opened:
        found = compare_runs(
            [opened.enter_context(open_run(run)) for run in runs], MARGIN if margin is None else margin
        )
    if json:
        return output.print_json(asdict(found))
    return print_across_runs(found, details=details)
