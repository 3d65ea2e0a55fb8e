"""One record of a file, before anybody knows what it means: a row of a table, a line or an element of JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 2**30  # of a file that is read as a whole, and of what a packed one comes to


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its place.

    Attributes:
        place: where it stands, as errors name it: "line 7", "row 7", "element 7".
        number: the 7 of that; names an item that has no id.
        value: what stands there: of tables a dict by the names of the columns, without empty cells.
        problem: why it can't be read; then `value` is nothing.
    """

    place: str
    number: int
    value: object = None
    problem: str = ""


@dataclass(frozen=True)
class Records:
    """The records of a file, read one at a time, once.

    Attributes:
        how: what had to be found out to read it, such as "separator ;" or "cp1252"; empty where nothing had to be.
        columns: the header of a table, as written; empty where there is none, as in JSON.
        header: the place of that header.
        kind: what the file is, where its records were made of something else, such as "promptfoo".
        answer: how answers are read, where the file states it.
        left_out: what of the file is not read, and should be known.
        separator: of a CSV; `sheet` of a workbook with several.
    """

    rows: Iterator[Record]
    how: str = ""
    columns: tuple[str, ...] = ()
    header: int = 0
    kind: str = ""
    answer: str | None = None
    left_out: tuple[str, ...] = ()
    separator: str = ""
    sheet: str = ""
