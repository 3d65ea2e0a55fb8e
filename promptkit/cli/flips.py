"""`promptkit flips`: what reflection made right, and what it made wrong."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

import promptkit.by_path as by_path
from promptkit.analysis.reflection import reflections
from promptkit.analysis.summary import tally
from promptkit.cli import options, output
from promptkit.cli.tables import print_reflections
from promptkit.errors import UsageError
from promptkit.record.reader import open_run


def flips(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="RUN")],
    trust: options.Trust = False,
    json: options.Json = False,
) -> None:
    """Show how many answers each round of reflection fixed and how many it broke, for every strategy that reflects.

    For comparison it shows, where the run has them, the same strategy without its last reflection, and self-consistency
    with as many calls, on shared draws: compare before you trust a gain.

    Example:
        promptkit bench compare -s "cot,cot+reflect,cot+self-consistency(draws=3,temperature=0.8)" --run r &&
        promptkit flips r
    """
    by_path.trust_files(trust)
    with open_run(run) as opened:
        if not opened.judged_in_passing():
            raise UsageError(f"the drafts in {run} can't be judged by reading them; flips is for runs where they can")
        found = reflections(opened, tally(opened.attempts()))
    if not found:
        raise UsageError(f"no strategy of {run} reflects; run one with reflect, such as cot+reflect")
    if json:
        return output.print_json({"run": str(run), "reflections": [asdict(one) for one in found]})
    return print_reflections(found)
