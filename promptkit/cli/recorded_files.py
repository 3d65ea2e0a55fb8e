"""What commands that read recorded outputs have in common: how answers are read, and rows that can't be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import typer

from promptkit.analysis.recorded import Reading
from promptkit.cli import options, output
from promptkit.cli.exit_codes import INCOMPLETE
from promptkit.formatting import counted
from promptkit.settings import known_answer
from promptkit.tasks import load_task

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
        self,
        answer: str | None,
        labels: str | None,
        think_tags: str | None,
        *,
        allow_code: bool,
        strict: bool,
        columns: Mapping[str, str | None] | None = None,
        items: str | None = None,
        graded: bool = False,
    ) -> Reading:
        """How answers are read by these options; unless `strict`, such rows are noted here.

        `columns` are those that are named, and `items` the task whose items were asked; what it states of its answers
        holds where `answer` does not. Where graders score, items need no target.
        """
        kind, names, tags = known_answer(answer), options.label_list(labels), options.label_list(think_tags)
        task = None
        if items is not None:
            task = load_task(items, answer=kind, labels=names, graded=graded)
            kind, names = (kind, names) if kind else (task.answer.kind, task.answer.labels)
        named = {name: column for name, column in (columns or {}).items() if column}
        unjudged = None if strict else self.add
        return Reading(kind, names, tags, allow_code, unjudged, named, task, output.print_notice, graded)

    def report(self) -> None:
        """Name them on standard error, and end the command as incomplete; nothing where there are none.

        Raises:
            typer.Exit: there are some.
        """
        self.name()
        if self.count:
            raise typer.Exit(INCOMPLETE)

    def name(self) -> None:
        """Name them on standard error; nothing where there are none."""
        if not self.count:
            return
        rows = counted(self.count, "row")
        output.print_notice(f"{rows} could not be judged and {'is' if self.count == 1 else 'are'} left out:")
        for problem in self.first:
            output.print_notice(f"  {problem}")
        if self.count > len(self.first):
            output.print_notice(f"  and {self.count - len(self.first):,} more")
