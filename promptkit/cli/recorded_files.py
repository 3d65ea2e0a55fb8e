"""What commands that read recorded outputs have in common: how answers are read, and rows that can't be judged."""

from __future__ import annotations

from dataclasses import dataclass, field

import typer

from promptkit.analysis.recorded import Reading
from promptkit.cli import options, output
from promptkit.cli.exit_codes import INCOMPLETE
from promptkit.settings import known_answer

_SHOWN = 3


@dataclass
class Unjudged:
    """The rows that were left out because their target is not an answer of its kind: how many, and the first few."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, problem: str) -> None:
        """Note one: its file, line and reason."""
        self.count += 1
        if self.count <= _SHOWN:
            self.first.append(problem)

    def reading(
        self, answer: str | None, labels: str | None, think_tags: str | None, *, allow_code: bool, strict: bool
    ) -> Reading:
        """How answers are read by these options; unless `strict`, such rows are noted here."""
        names, tags = options.label_list(labels), options.label_list(think_tags)
        return Reading(known_answer(answer), names, tags, allow_code, None if strict else self.add)

    def report(self) -> None:
        """Name them on standard error, and end the command as incomplete; nothing where there are none.

        Raises:
            typer.Exit: there are some.
        """
        if not self.count:
            return
        rows = "1 row" if self.count == 1 else f"{self.count:,} rows"
        output.print_notice(f"{rows} could not be judged and {'is' if self.count == 1 else 'are'} left out:")
        for problem in self.first:
            output.print_notice(f"  {problem}")
        if self.count > len(self.first):
            output.print_notice(f"  and {self.count - len(self.first):,} more")
        raise typer.Exit(INCOMPLETE)
