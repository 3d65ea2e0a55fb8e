"""Files whose records are not yet rows: passages that hold their questions, and MMLU's tables without a header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from promptkit.tasks.columns import Raw

_MMLU = ("question", "A", "B", "C", "D", "answer")
_LETTERS = frozenset("ABCD")


class Placed(NamedTuple):
    """A record with its place and number in the file."""

    place: str
    number: int
    raw: Raw


def rebuilt(
    records: Sequence[Placed], columns: Sequence[str], header: int
) -> tuple[list[Placed], tuple[str, ...], str]:
    """The rows that these records come to, their columns, and what was done; the same records for most files."""
    if _is_headless(records, columns):
        rows = [dict(zip(columns, columns, strict=True)), *(one.raw for one in records)]
        named = [{name: row.get(column, "") for name, column in zip(_MMLU, columns, strict=True)} for row in rows]
        places = [(f"line {header}", header), *((one.place, one.number) for one in records)]
        placed = [Placed(*place, row) for place, row in zip(places, named, strict=True)]
        return placed, _MMLU, "no header"
    if records and all(isinstance(one.raw.get("paragraphs"), list) for one in records):
        rows = list(_questions(records))
        return [Placed(f"question {n}", n, row) for n, row in enumerate(rows, start=1)], (), "the questions of passages"
    return list(records), tuple(columns), ""


def _is_headless(records: Sequence[Placed], columns: Sequence[str]) -> bool:
    if len(columns) != len(_MMLU) or columns[-1] not in _LETTERS:
        return False
    return all(one.raw.get(columns[-1]) in _LETTERS for one in records)


def _questions(records: Sequence[Placed]) -> Iterator[dict[str, Any]]:
    for record in records:
        for passage in _objects(record.raw["paragraphs"]):
            beside = {"context": passage.get("context"), "title": record.raw.get("title")}
            for asked in _objects(passage.get("qas")):
                answers = [one["text"] for one in _objects(asked.get("answers")) if "text" in one]
                yield {**asked, **beside, "answers": {"text": answers}}


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
