"""Samples that lm-evaluation-harness logs (`--log_samples`): JSON Lines, one a document and filter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from promptkit.analysis.logs.guarded import guarded
from promptkit.analysis.logs.texts import one_or_several
from promptkit.tasks.problems import Unusable
from promptkit.tasks.records.record import Record
from promptkit.tasks.shapes.questions import after_hashes

_NAME = re.compile(r"samples_(.+?)_\d{4}-\d\d-\d\dT[\d.:-]+$")


def is_lm_eval_sample(row: object) -> bool:
    """Whether a line is one."""
    return isinstance(row, Mapping) and {"doc", "resps", "target"} <= row.keys()


def read_samples(rows: Iterable[Record], path: Path) -> Iterator[Record]:
    """The replies of a file. What its other filters made of the same replies is left out, and so are likelihoods."""
    named = _NAME.match(path.name.partition(".json")[0])
    beside = {"task": named[1], "model": path.parent.name} if named else {}
    first: object = None
    for one in rows:
        filter_ = one.value.get("filter") if isinstance(one.value, Mapping) else None
        first = filter_ if first is None else first
        if one.problem:
            yield one
        elif filter_ == first:
            yield guarded(one.place, one.number, partial(_sample, one.value, one.number, beside))


def _sample(row: Any, number: int, beside: Mapping[str, str]) -> dict[str, object]:  # noqa: ANN401 - whatever is there
    outputs = [one for several in _lists(row["resps"]) for one in _lists(several) if isinstance(one, str)]
    if not outputs:
        raise Unusable("its replies are likelihoods, not texts")
    verdict = next((row[name] for name in ("exact_match", "acc") if row.get(name) in (0, 1)), None)
    return {
        "question": _prompt(row),
        "target": after_hashes(one_or_several(row["target"])),
        "outputs": outputs,
        "item": str(row.get("doc_id", number)),
        "strategy": "lm-eval",
        **beside,
        "official_correct": None if verdict is None else bool(verdict),
    }


def _prompt(row: Mapping[str, Any]) -> str:
    """The prompt that was sent, where it was kept; else the question of the document."""
    arguments: Any = row.get("arguments")
    while isinstance(arguments, (list, Mapping)) and arguments:
        arguments = arguments[0] if isinstance(arguments, list) else next(iter(arguments.values()))
    doc = row["doc"]
    return arguments if isinstance(arguments, str) else str(doc.get("question") or doc)


def _lists(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
