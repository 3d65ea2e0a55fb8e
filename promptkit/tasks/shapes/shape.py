"""What a known kind of file looks like, and where the parts of an item stand in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from promptkit.answers import AnswerKind
from promptkit.tasks.columns import Names, Raw, at

ODD = (TypeError, AttributeError, LookupError, ValueError)  # what a function meets in a record of another form
Part: TypeAlias = "str | Callable[[Raw], Any]"  # a path, or how it is made from the record


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A kind of file, recognised by its columns.

    Attributes:
        name: as people call it.
        needs: the columns that it has; each may be one of several, separated by `|`.
        parts: where each part of an item (`promptkit.tasks.columns.Columns`) stands.
        find: in place of `parts`, finds them among the names of the columns.
        uses: the columns that a function among `parts` reads.
        fits: whether the records look like it, too.
        answer: how its answers are read, where that is certain.
        note: what a reader should know about how it is read.
    """

    name: str
    needs: tuple[str, ...]
    parts: Mapping[str, Part] = field(default_factory=dict)
    find: Callable[[Names], Mapping[str, Part]] | None = None
    uses: tuple[str, ...] = ()
    fits: Callable[[Sequence[Raw]], bool] = field(default=lambda _: True)
    answer: AnswerKind | None = None
    note: str = ""

    def matches(self, names: Names, rows: Sequence[Raw]) -> bool:
        """Whether these records are of this kind."""
        has = all(any(names.find(one) is not None for one in needed.split("|")) for needed in self.needs)
        try:
            return has and self.fits([self.seen(names, row) for row in rows])
        except ODD:
            return False

    def parts_in(self, names: Names) -> Mapping[str, Part]:
        """Where each part stands in a file with these columns."""
        return self.find(names) if self.find else self.parts

    def seen(self, names: Names, row: Raw) -> Raw:
        """The record with the columns of this kind named as this kind names them, in small letters or not."""
        known = [one for name in (*self.needs, *self.uses) for one in name.split("|")]
        other = {column: one for one in known if (column := names.find(one)) not in (None, one)}
        return {other.get(column, column): value for column, value in row.items()} if other else row


def every(path: str, holds: Callable[[Any], bool]) -> Callable[[Sequence[Raw]], bool]:
    """Whether `holds` is true of what stands at `path`, wherever something does, and somewhere it does."""

    def check(rows: Sequence[Raw]) -> bool:
        found = [value for row in rows if (value := at(row, path)) is not None]
        return bool(found) and all(holds(value) for value in found)

    return check
