"""Conditions on a run for scripts and CI: `--fail-if`, `--min-accuracy`, `--junit`, and the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from promptkit.analysis.comparison import Order
from promptkit.analysis.gate import Check, Condition, checks, parse_condition, parse_minimum
from promptkit.analysis.summary import Tallies
from promptkit.cli import exit_codes, output
from promptkit.cli.junit import write_junit
from promptkit.errors import UsageError

FailIf = Annotated[
    list[str] | None,
    typer.Option(
        help="Exit with 3 when this is shown by its 95 % interval, 4 when there is not enough data to tell: "
        "'A < B - 0.02'; may be repeated.",
        metavar="CONDITION",
    ),
]
MinAccuracy = Annotated[
    list[str] | None,
    typer.Option(
        help="The lowest accuracy allowed, for every strategy (0.8) or for one ('cot>=0.8'); decided like --fail-if.",
        metavar="LEAST",
    ),
]
JUnit = Annotated[Path | None, typer.Option(help="Write the conditions as JUnit XML.", metavar="FILE")]


@dataclass(frozen=True)
class Gate:
    """What a command was given of these options, for the strategies that there are."""

    conditions: tuple[Condition, ...]
    junit: Path | None = None

    @classmethod
    def of(
        cls,
        fail_if: Sequence[str] | None,
        min_accuracy: Sequence[str] | None,
        junit: Path | None,
        strategies: Iterable[str],
    ) -> Gate:
        """The conditions, read and checked.

        Raises:
            UsageError: one that can't be read or names another strategy, or a file without a condition or a folder.
        """
        names = tuple(dict.fromkeys(strategies))
        found = [parse_condition(text, names) for text in fail_if or ()]
        found += [condition for text in min_accuracy or () for condition in parse_minimum(text, names)]
        if junit is not None and not found:
            raise UsageError("--junit writes the conditions of --fail-if and --min-accuracy; give one")
        if junit is not None and not junit.absolute().parent.is_dir():
            raise UsageError(f"--junit {junit}: there is no folder {junit.parent}; make it first")
        return cls(tuple(found), junit)

    def checks(self, counted: Tallies, fed: Order | None) -> tuple[Check, ...]:
        """Every condition on each task and model. The JUnit file is written."""
        found = checks(self.conditions, counted.groups, fed)
        if self.junit is not None:
            write_junit(found, self.junit)
        return found


def as_json(found: Iterable[Check]) -> Mapping[str, object]:
    """The conditions as a member of the object that --json prints; nothing without any."""
    conditions = [{**asdict(check), "condition": check.condition.text} for check in found]
    return {"conditions": conditions} if conditions else {}


def print_checks(found: Iterable[Check], *, json: bool) -> None:
    """A line for each; on standard error beside JSON."""
    for check in found:
        (output.print_notice if json else output.print_text)(check.sentence())


def exit_code(found: Sequence[Check]) -> int:
    """0 when every condition is excluded, 3 when one is shown, 4 when one can't be told."""
    states = {check.state for check in found}
    if "shown" in states:
        return exit_codes.SHOWN
    return exit_codes.UNCLEAR if "unclear" in states else 0
