"""The rows of a task: what each record of a file asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from promptkit.errors import UsageError
from promptkit.tasks.columns import Columns, Names, Raw
from promptkit.tasks.options import Options, read_options
from promptkit.tasks.parts import Parts
from promptkit.tasks.plain_text import json_or_text, plain_text
from promptkit.tasks.problems import Problems, Unusable
from promptkit.tasks.row_text import Wording
from promptkit.tasks.shapes import Shape
from promptkit.tasks.splits import Split, asked_split, split_of, split_word
from promptkit.tasks.turns import asked_turns
from promptkit.types import Example, Message

_EXAMPLES = TypeAdapter(tuple[Example, ...])


@dataclass(frozen=True, slots=True)
class Row:
    """What a record asks.

    Attributes:
        images: their names, or what stands in the file itself.
        target: as it stands in the file: a text, a number, a list of several; empty where only a grader needs it.
        others: the columns that are not a part of the item.
    """

    place: str
    id: str
    question: str
    target: Any
    before: tuple[Message, ...] = ()
    options: Options | None = None
    cluster: str = ""
    split: Split = "test"
    reasoning: str | None = None
    wrong_reasoning: str | None = None
    examples: tuple[Example, ...] = ()
    images: tuple[Any, ...] = ()
    tolerance: str = ""
    others: Raw = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """The rows of a file, and what had to be found out about it.

    Attributes:
        shape: the kind of file, where it is a known one.
        found: how the parts were found that are not called by their own names: "target from 'answer'".
        columns: the column of each part, as a YAML states it, where the file is of no known kind.
        unused: the columns that nothing reads.
        left: how many rows there are of splits that are neither asked nor shown.
    """

    rows: tuple[Row, ...]
    shape: Shape | None
    found: tuple[str, ...]
    columns: Mapping[str, str]
    unused: tuple[str, ...]
    left: Mapping[str, int]


def read_table(
    records: Sequence[tuple[str, int, Raw]],
    path: Path,
    problems: Problems,
    *,
    columns: Columns,
    names: Iterable[str],
    wording: Wording,
    graded: bool = False,
) -> Table:
    """The rows that these records ask.

    Args:
        records: of a file, each with its place and its number.
        path: of the file, for errors.
        problems: where records that can't be used are noted.
        columns: where parts stand, as far as it is stated; else they are found.
        names: the columns of a table, some of which may be empty in all rows.
        wording: the texts that rows are put into.
        graded: rows that are asked need no target.

    Raises:
        UsageError: a column that is named is not there, or there is no question or, unless `graded`, no target.
    """
    raws = [raw for _, _, raw in records]
    known = Names(raws, names)
    needed = ["question"] * (wording.question is None) + ["target"] * (not graded)
    parts = Parts(known, raws, columns, path, needed=needed)
    asked = asked_split(parts, raws)
    rows, left = [], Counter[str]()
    for place, number, raw in records:
        try:
            split = split_of(word := split_word(parts.of(raw, "split")), asked)
            if split is None:
                left[word] += 1
            else:
                rows.append(_row(place, number, raw, parts, split, wording, graded=graded))
        except Unusable as reason:
            problems.add(place, reason)
    _check_ids(rows, path)
    shown = {column for name in wording.uses() if (column := known.find(name))}
    unused = [name for name in known.all if name not in parts.used and name not in shown]
    columns_of = {} if parts.shape else parts.columns()
    return Table(tuple(rows), parts.shape, parts.found(), columns_of, tuple(map(str, unused)), left)


def _row(place: str, number: int, raw: Raw, parts: Parts, split: Split, wording: Wording, *, graded: bool) -> Row:
    values = parts.values(raw) if wording.question or wording.system else {}
    question, before = asked_turns(parts.of(raw, "question"), wording, values)
    if system := wording.system.render(values) if wording.system else plain_text(parts.of(raw, "system")):
        before = (Message(role="system", content=system), *(turn for turn in before if turn.role != "system"))
    if (context := plain_text(parts.of(raw, "context"))) and not wording.question:
        question = f"{context}\n\n{question}"
    target = parts.of(raw, "target")
    if target is None or target in ("", []):
        if split == "train":
            raise Unusable("it has no target, and an example shows one")
        if not graded:
            raise Unusable("it has no target (a `grader` needs none)")
        target = ""
    options = read_options(parts.of(raw, "options"))
    return Row(
        place,
        plain_text(parts.of(raw, "id")) or str(number),
        question,
        target,
        before,
        options,
        plain_text(parts.of(raw, "cluster")) or "",
        split,
        plain_text(parts.of(raw, "reasoning")),
        plain_text(parts.of(raw, "wrong_reasoning")),
        _examples(parts.of(raw, "examples")),
        tuple(images) if isinstance(images := parts.of(raw, "image"), list) else (images,) if images else (),
        plain_text(parts.of(raw, "tolerance")) or "",
        parts.others(raw),
    )


def _examples(value: object) -> tuple[Example, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = json_or_text(value)
    try:
        return _EXAMPLES.validate_python(value)
    except ValidationError as error:
        raise Unusable(f"examples: {error.errors()[0]['msg']}") from None


def _check_ids(rows: Sequence[Row], path: Path) -> None:
    seen: dict[str, str] = {}
    for row in rows:
        if row.id in seen:
            twice = f"the id {row.id!r} occurs twice ({seen[row.id]})"
            raise UsageError(
                f"{path}, {row.place}: {twice}; ids pair the strategies' answers; `id_column` names another"
            )
        seen[row.id] = row.place
