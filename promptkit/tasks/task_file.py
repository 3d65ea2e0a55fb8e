"""What a task's YAML file states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, ValidationError

from promptkit.answers import AnswerKind
from promptkit.tasks.columns import Columns
from promptkit.tasks.row_text import RowText, Wording
from promptkit.types import Value, schema_text


class TaskFile(Value):
    """The content of a task's YAML file. `data` and `train` are paths, from the folder that it is in.

    `format`, `separator` and `sheet` state how `data` is read, as far as its name and content do not.
    """

    name: str
    description: str = ""
    answer: AnswerKind | None = None
    labels: tuple[str, ...] = ()
    answer_schema: Mapping[str, Any] | None = Field(default=None, alias="schema")
    native: bool = False
    tolerance: str = ""
    columns: Columns = Columns()
    question: str = ""
    system: str = ""
    shuffle_options: bool = False
    instruction: str = ""
    shown_answer: str = "{target}"
    instructions: Mapping[str, Any] = Field(default_factory=dict)
    data: str
    format: str = ""
    separator: str = ""
    train: str | None = None
    sheet: str = ""
    source: str = ""
    licence: str = ""

    @property
    def form(self) -> str:
        """The line below each question that states the form of its answer."""
        if self.instruction or self.answer_schema is None:
            return self.instruction
        return f"Answer with JSON that follows this JSON schema: {schema_text(self.answer_schema)}"

    def wording(self, path: object) -> Wording:
        """The texts that rows are put into.

        Raises:
            UsageError: one is not a template.
        """
        question = RowText(self.question, f"{path}: question") if self.question else None
        return Wording(question, RowText(self.system, f"{path}: system") if self.system else None)


def first_problem(error: ValidationError) -> str:
    """The first thing that is wrong, with its place."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "string_type" and isinstance(first["input"], bool):
        yes_no = f"{str(first['input']).lower()} is not a text (nor are yes, no, on and off in YAML)"
        return f"{where}: {yes_no}; put it in quotes"
    return f"{where}: {first['msg']}" if where else str(first["msg"])
