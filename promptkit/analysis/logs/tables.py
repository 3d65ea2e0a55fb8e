"""Exports of Langfuse, Phoenix and the like, and tables of one's own: columns by their usual or given names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from promptkit.analysis.logs.texts import one_or_several, text_of
from promptkit.errors import UsageError
from promptkit.tasks import Task
from promptkit.tasks.columns import Names, at
from promptkit.tasks.records.record import Record

USUAL: Mapping[str, tuple[str, ...]] = {
    "question": ("input", "prompt", "query", "attributes.input.value"),
    "target": (
        *("expected", "expected_output", "expectedOutput", "expected output", "reference", "reference_output"),
        *("reference_answer", "ground_truth", "ideal", "gold", "correct_answer", "metadata.expected"),
    ),
    "output": ("reply", "response", "completion", "prediction", "attributes.output.value", "generated_text"),
    "strategy": ("prompt_name", "promptName", "run_name", "runName", "datasetRunName", "experiment", "name"),
    "model": ("model_name", "modelId", "model_id", "providedModelName", "attributes.llm.model_name"),
    "item": ("dataset_item_id", "datasetItemId", "example_id", "custom_id"),
    "task": ("dataset", "datasetName", "dataset_name"),
    "cluster": (),
}
_TEXTS = ("question", "output")


def peeked(rows: Iterable[Record]) -> tuple[Record | None, Iterator[Record]]:
    """The first record, if there is one, and all of them."""
    left = iter(rows)
    first = next(left, None)
    return first, left if first is None else chain([first], left)


def read_table(
    rows: Iterable[Record], columns: Iterable[str], named: Mapping[str, str], items: Task | None, place: object
) -> Iterator[Record]:
    """The rows with their parts by our names.

    A target that is missing is that of the item of `items` that has the same id or question.

    Raises:
        UsageError: a column that is named is not there.
    """
    first, rows = peeked(rows)
    found = dict[str, str]() if first is None else _found(first, columns, named, place)
    by_question = {" ".join(item.question.split()): item for item in items.items} if items else {}
    by_id = {item.id: item for item in items.items} if items else {}
    for record in rows:
        row = record.value
        if record.problem or not isinstance(row, Mapping):
            yield record if record.problem else Record(record.place, record.number, problem="it is not an object")
            continue
        value = {name: item for name, item in row.items() if name not in found.values()}
        for name, path in found.items():
            part = at(row, path)
            value[name] = text_of(part) if name in _TEXTS else one_or_several(part) if name == "target" else part
        value = {name: part for name, part in value.items() if part is not None}
        if items and not value.get("target"):
            item = by_id.get(str(value.get("item"))) or by_question.get(" ".join(str(value.get("question")).split()))
            if item is None:
                problem = f"no item of {items.name} has its id or question"
                yield Record(record.place, record.number, problem=problem)
                continue
            value |= {"question": item.question, "target": item.target, "item": item.id, "task": items.name}
        yield Record(record.place, record.number, value)


def _found(first: Record, columns: Iterable[str], named: Mapping[str, str], place: object) -> dict[str, str]:
    """The column of each part that is not called by our name."""
    row = first.value if isinstance(first.value, Mapping) else {}
    names = Names([row], columns)
    found = dict[str, str]()
    for name, path in named.items():
        if (stated := names.path(path)) is None:
            raise UsageError(f"{place} has no column {path!r}; it has {', '.join(map(str, names.all)) or 'none'}")
        found[name] = stated
    for name, usual in USUAL.items():
        own = names.find(name)
        if name in found or own == name:
            continue
        known = [there for one in usual if (there := names.path(one))]
        column = own or next((one for one in known if one in names.all or at(row, one) is not None), None)
        if column is not None and column not in found.values():
            found[name] = column
    return found
