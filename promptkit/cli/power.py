"""`promptkit power`: how many items it takes to see a difference, or how small a difference so many items can show."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from promptkit.analysis.summary import summarize
from promptkit.cli import options, output
from promptkit.errors import UsageError
from promptkit.formatting import percent, points
from promptkit.record.reader import open_run
from promptkit.stats import items_needed, smallest_detectable


def power(
    run: Annotated[
        Path | None, typer.Argument(help="A pilot run to take the discordance from.", metavar="[RUN]")
    ] = None,
    difference: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The difference to detect, as a fraction of 1: 0.05 is 5 points."),
    ] = None,
    items: Annotated[int | None, typer.Option(min=1, help="How many items there are.")] = None,
    discordance: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="The discordance: the share of items on which two strategies disagree."),
    ] = None,
    wanted: Annotated[
        float, typer.Option("--power", min=0, max=1, help="The power: the chance of detecting the difference.")
    ] = 0.8,
    alpha: Annotated[float, typer.Option(min=0, max=1, help="The significance level of the test.")] = 0.05,
    json: options.Json = False,
) -> None:
    """Plan how many items show a difference, or which difference so many items show, by the exact McNemar test.

    The discordance comes from a pilot run, or is assumed with `--discordance`.

    Examples:
        promptkit power --difference 0.05 --discordance 0.2

        promptkit power runs/pilot --difference 0.05

        promptkit power --items 200 --discordance 0.3
    """
    if difference is None and items is None:
        raise UsageError("give --difference to learn how many items it takes, or --items to learn what they can show")
    pairs = [("", discordance)] if discordance is not None else _from_pilot(run)
    found = [
        _Plan(
            name,
            share,
            None if difference is None else items_needed(difference, share, power=wanted, alpha=alpha),
            smallest_detectable(items, share, power=wanted, alpha=alpha) if items else None,
        )
        for name, share in pairs
    ]
    if json:
        asked = {"difference": difference, "items": items, "power": wanted, "alpha": alpha}
        return output.print_json({**asked, "comparisons": [plan._asdict() for plan in found]})
    chance = percent(wanted, digits=0)
    for plan in found:
        name, least = f"{plan.comparison}: " if plan.comparison else "", plan.smallest_detectable
        if difference is not None and plan.items_needed is not None:
            size = f"{points(difference, sign=False)} points"
            output.print_text(f"{name}{plan.items_needed:,} items show a difference of {size} in {chance} of runs")
        if items:
            shown = "no difference" if least is None else f"differences of {points(least, sign=False)} points and more"
            output.print_text(f"{name}{items:,} items show {shown} in {chance} of runs")
    return None


class _Plan(NamedTuple):
    comparison: str
    discordance: float
    items_needed: int | None
    smallest_detectable: float | None


def _from_pilot(run: Path | None) -> list[tuple[str, float]]:
    """The discordance of every comparison of a run."""
    if run is None:
        raise UsageError("give --discordance, or a pilot run to take it from")
    with open_run(run) as opened:
        comparisons = summarize(opened.attempts()).comparisons
    if not comparisons:
        raise UsageError(f"{run} compares no strategies; give --discordance")
    return [(f"{c.task}, {c.strategy}", c.discordance) for c in comparisons]
