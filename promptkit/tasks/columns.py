"""Where the parts of an item stand in a record: names of columns, or dotted paths into JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from promptkit.did_you_mean import did_you_mean
from promptkit.errors import UsageError
from promptkit.types import Value

Raw = Mapping[str, Any]  # a record with named parts: a row of a table, or an object


class Columns(Value):
    """The column of each part of an item, as far as it is not found by its usual name.

    A path with dots leads into JSON: `answers.text`, `messages.0.content`. The case of a column's name and the blanks
    around it don't matter.

    Attributes:
        question: what is asked: a text, or a list of messages whose last is asked.
        target: the right answer; a list of several of which any is right.
        options: those of a multiple-choice question: a list, an object, or several columns separated by commas.
        context: a passage that is shown above the question.
        system: what the system turn states for this item.
        id: names the item.
        cluster: what items have in common that are not independent.
        split: which rows are asked, and which are only shown as examples.
        reasoning: of an example: the steps that lead to its answer.
        wrong_reasoning: of an example: how not to reason.
        examples: the item's own examples.
        image: what is shown before the question: a path from the folder of the data, or an address; or several.
        tolerance: how far from the target a number may be, or a share of it in %.
    """

    question: str | None = None
    target: str | None = None
    options: str | None = None
    context: str | None = None
    system: str | None = None
    id: str | None = None
    cluster: str | None = None
    split: str | None = None
    reasoning: str | None = None
    wrong_reasoning: str | None = None
    examples: str | None = None
    image: str | None = None
    tolerance: str | None = None

    def given(self) -> dict[str, str]:
        """Those that are named."""
        return {name: column for name, column in self if column is not None}

    def over(self, other: Columns) -> Columns:
        """The same, and where nothing is named, what `other` names."""
        return Columns(**{**other.given(), **self.given()})


class Names:
    """The names of the columns of a file, found whatever their case."""

    def __init__(self, rows: Sequence[Raw], columns: Iterable[str] = ()) -> None:
        self.all = tuple(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
        self._folded = {folded(name): name for name in reversed(self.all)}

    def find(self, name: str) -> str | None:
        """The column of this name, as it is written."""
        return self._folded.get(folded(name))

    def path(self, path: str) -> str | None:
        """The same path with its column as it is written; `None` where there is no such column."""
        if (whole := self.find(path)) is not None:
            return whole
        head, dot, rest = path.partition(".")
        column = self.find(head)
        return None if column is None or not dot else f"{column}.{rest}"

    def require(self, path: str, rows: Sequence[Raw], file: object) -> str:
        """The same as `path`, of a column or path that some row has.

        Raises:
            UsageError: there is none; names those that there are.
        """
        found = self.path(path)
        if found is None or all(at(row, found) is None for row in rows):
            known = [str(name) for name in self.all]
            hint = did_you_mean(path, known, f"it has {', '.join(known) or 'none'}", shown=repr)
            raise UsageError(f"{file} has no column {path!r}; {hint}")
        return found

    def column(self, path: str) -> str:
        """The column that a path begins with."""
        return path if path in self.all else path.partition(".")[0]


def folded(name: str) -> str:
    """A column's name without what does not matter about it: case, and blanks around and inside it."""
    return " ".join(str(name).casefold().split())


def at(row: Raw, path: str) -> Any:  # noqa: ANN401 - whatever JSON has there
    """What stands at `path`, a column or a dotted path; `None` where nothing does."""
    if path in row:
        return row[path]
    value: Any = row
    for part in path.split("."):
        value = _inside(value, part)
        if value is None:
            return None
    return value


def _inside(value: object, part: str) -> Any:  # noqa: ANN401 - as above
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):  # JSON in the cell of a table
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, list) and part.isdecimal() and int(part) < len(value):
        return value[int(part)]
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        return [one[part] for one in value if part in one] or None
    return None
