"""`promptkit flips`: what reflection made right, and what it made wrong."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from promptkit.cli import options, output
from promptkit.errors import UsageError


def flips(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="RUN")],
    json: options.Json = False,
) -> None:
    """Show, for every reflecting strategy of a run and every round, how many answers were fixed and how many broken.

    Compare with self-consistency at equal calls before you trust a gain: both are in one run, on shared draws.

    Example:
        promptkit bench compare -s "cot,cot+reflect,cot+self-consistency(draws=3,temperature=0.8)" --run r &&
        promptkit flips r
    """
    from promptkit.analysis.reflection import flips_in_run, votes_at_equal_calls
    from promptkit.cli.tables import print_flips
    from promptkit.record.reader import open_run

    with open_run(run) as opened:
        found, votes = flips_in_run(opened), votes_at_equal_calls(opened)
    if not found:
        raise UsageError(f"no strategy of {run} reflects; run one with reflect, such as cot+reflect")
    if json:
        rows = {"flips": [asdict(one) for one in found], "equal_calls": [asdict(one) for one in votes]}
        return output.print_json({"run": str(run), **rows})
    print_flips(found)
    for vote in votes:
        output.print_text(vote.sentence())
    return None
