"""The settings of how files of tasks are read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from promptkit.settings.option import Option, Settings


def _column(flag: str) -> Option:
    return Option("identity", metavar="COLUMN", flag=flag)


class DataSettings(Settings):
    """How the files of tasks are read: where the parts of an item stand, as far as they are not found."""

    question_column: Annotated[
        str | None, Field(description="The column, or dotted path into JSON, of the question."), _column("--question")
    ] = None
    target_column: Annotated[str | None, Field(description="The column of the right answer."), _column("--target")] = (
        None
    )
    options_column: Annotated[
        str | None, Field(description="The column of the options, or several: A,B,C,D."), _column("--options")
    ] = None
    context_column: Annotated[
        str | None, Field(description="The column of a passage to show above the question."), _column("--context")
    ] = None
    id_column: Annotated[str | None, Field(description="The column of the item's id."), _column("--id")] = None
    cluster_column: Annotated[
        str | None,
        Field(description="The column of the cluster: what dependent items share, such as a document."),
        _column("--cluster"),
    ] = None
    split_column: Annotated[
        str | None,
        Field(description="The column that states which rows are asked (test) or shown (train)."),
        _column("--split"),
    ] = None
    tolerance: Annotated[
        str | None,
        Field(description="How far from its target a number may be: 0.01, or 1% of it."),
        Option("identity", metavar="X"),
    ] = None
    shuffle_options: Annotated[
        bool, Field(description="Shuffle the options of each question, by --seed."), Option("identity")
    ] = False
    examples_seed: Annotated[
        int | None,
        Field(description="Seeds the choice of examples; by default --seed does."),
        Option("identity", metavar="N"),
    ] = None
    strict: Annotated[
        bool, Field(description="Stop at the first row that can't be used, instead of leaving it out."), Option()
    ] = False

    def reading(self) -> dict[str, Any]:
        """The same as arguments of `promptkit.tasks.load_task`."""
        named = {
            name.removesuffix("_column"): getattr(self, name) for name in type(self).model_fields if "_column" in name
        }
        return {
            "columns": {name: column for name, column in named.items() if column},
            "tolerance": self.tolerance or "",
            "shuffle_options": self.shuffle_options,
            "examples_seed": self.examples_seed,
            "strict": self.strict,
        }
