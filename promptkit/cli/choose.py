"""`promptkit choose`: the cheapest strategy that is good enough, with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from promptkit.analysis.choose import Choice
from promptkit.analysis.comparison import MARGIN
from promptkit.analysis.summary import tally
from promptkit.cli import exit_codes, options, output
from promptkit.cli.tables import print_choice
from promptkit.errors import UsageError
from promptkit.record.reader import open_run, resume_command


def choose(
    run: Annotated[Path, typer.Argument(help="A run's directory.", metavar="RUN")],
    margin: options.Margin = None,
    json: options.Json = False,
) -> None:
    """Choose the cheapest strategy that is not worse than the best by more than the margin.

    It chooses for each model, and across models where their prices are known. Where attempts that could not be judged
    might change the choice, nothing is chosen and the exit code is 1.

    Examples:
        promptkit choose runs/mini

        promptkit choose runs/mini --margin 0.05 --json
    """
    with open_run(run) as opened:
        counted = tally(opened.attempts(), opened.preparations())
        choices = counted.choices(MARGIN if margin is None else margin, opened.fed())
    if not choices:
        raise UsageError(f"nothing in {run} could be judged; try again with: {resume_command(run)}")
    if json:
        output.print_json({"run": str(run), "choices": [asdict(choice) for choice in choices]})
    else:
        for choice in choices:
            print_choice(choice)
        for task in _without_prices(choices):
            output.print_notice(
                f"{task}: no choice across models: it takes prices in US dollars, and one is unknown or all are 0"
            )
    if not all(choice.chosen for choice in choices):
        output.print_notice(f"undecided: try what could not be judged again with: {resume_command(run)}")
        raise typer.Exit(exit_codes.INCOMPLETE)


def _without_prices(choices: Iterable[Choice]) -> Iterator[str]:
    """The tasks that several models were asked, without a choice over all of them."""
    models: dict[str, set[str]] = {}
    for choice in choices:
        models.setdefault(choice.task, set()).add(choice.model)
    return (task for task, of_task in models.items() if len(of_task) > 1 and "" not in of_task)
