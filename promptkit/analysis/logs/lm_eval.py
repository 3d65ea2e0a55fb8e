"""Samples that lm-evaluation-harness logs (`--log_samples`): JSON Lines, one a document and filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from promptkit.analysis.logs.texts import one_or_several
from promptkit.tasks.records.record import Record
from promptkit.tasks.shapes.questions import after_hashes

_NAME = re.compile(r"samples_(.+?)_\d{4}-\d\d-\d\dT[\d.:-]+$")


def is_lm_eval_sample(row: object) -> bool:
    """Whether a line is one."""
    return isinstance(row, Mapping) and {"doc", "resps", "target"} <= row.keys()


def read_samples(rows: Iterable[Record], path: Path) -> Iterator[Record]:
    """The replies of a file. What its other filters made of the same replies is left out, and so are likelihoods."""
    named = _NAME.match(path.name.partition(".json")[0])
    beside = {"task": named[1] if named else "", "model": path.parent.name if named else "", "strategy": "lm-eval"}
    first: object = None
    for record in rows:
        row = record.value
        if record.problem or not is_lm_eval_sample(row):
            yield record if record.problem else Record(record.place, record.number, problem="it has no resps")
            continue
        assert isinstance(row, Mapping)  # noqa: S101 - as was seen
        first = row.get("filter") if first is None else first
        if row.get("filter") == first:
            yield _sample(record, row, beside)


def _sample(record: Record, row: Mapping[str, Any], beside: Mapping[str, str]) -> Record:
    outputs = [one for several in _lists(row["resps"]) for one in _lists(several) if isinstance(one, str)]
    if not outputs:
        return Record(record.place, record.number, problem="its replies are likelihoods, not texts")
    target = one_or_several(row["target"])
    verdict = next((row[name] for name in ("exact_match", "acc") if row.get(name) in (0, 1)), None)
    value = {
        "question": _prompt(row),
        "target": after_hashes(target),
        "outputs": outputs,
        "item": str(row.get("doc_id", record.number)),
        **{name: text for name, text in beside.items() if text},
        "official_correct": None if verdict is None else bool(verdict),
    }
    return Record(record.place, record.number, value)


def _prompt(row: Mapping[str, Any]) -> str:
    """The prompt that was sent, where it was kept; else the question of the document."""
    arguments: Any = row.get("arguments")
    while isinstance(arguments, (list, Mapping)) and arguments:
        arguments = arguments[0] if isinstance(arguments, list) else next(iter(arguments.values()))
    doc = row["doc"] if isinstance(row["doc"], Mapping) else {}
    return arguments if isinstance(arguments, str) else str(doc.get("question") or doc)


def _lists(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
