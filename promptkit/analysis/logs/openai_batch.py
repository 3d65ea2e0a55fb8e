"""The output of OpenAI's batch API: replies by `custom_id`, whose questions are the items of a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from promptkit.analysis.logs.texts import text_of
from promptkit.errors import UsageError
from promptkit.tasks import Task
from promptkit.tasks.records.record import Record

_STOPS = {"stop": "stop", "length": "length", "content_filter": "refusal", "max_output_tokens": "length"}


def is_batch_reply(row: object) -> bool:
    """Whether a line is one."""
    return isinstance(row, Mapping) and "custom_id" in row and ("response" in row or "error" in row)


def read_batch(rows: Iterable[Record], items: Task | None, place: object) -> Iterator[Record]:
    """The replies, each with the item that its `custom_id` names.

    Raises:
        UsageError: no task is given whose items they could be.
    """
    if items is None:
        raise UsageError(f"{place} is a batch's output, which has no targets; give the task with its `items`")
    known = {item.id: item for item in items.items}
    for record in rows:
        row = record.value
        if record.problem or not is_batch_reply(row):
            yield record if record.problem else Record(record.place, record.number, problem="it has no custom_id")
            continue
        assert isinstance(row, Mapping)  # noqa: S101 - as was seen
        item = known.get(str(row["custom_id"]))
        if item is None:
            problem = f"no item of {items.name} is called {row['custom_id']!r}"
            yield Record(record.place, record.number, problem=problem)
            continue
        asked = {"question": item.question, "target": item.target, "item": item.id, "task": items.name}
        yield _reply(record, row, asked)


def _reply(record: Record, row: Mapping[str, Any], asked: Mapping[str, str]) -> Record:
    response = row.get("response") or {}
    body = response.get("body") or {}
    if row.get("error") or response.get("status_code", 200) != 200:
        reason = text_of((row.get("error") or body.get("error") or {}).get("message")) or response.get("status_code")
        return Record(record.place, record.number, problem=f"it failed: {reason!r:.80}")
    if "choices" in body:  # chat completions
        choice = (body["choices"] or [{}])[0]
        text, reason = text_of((choice.get("message") or {}).get("content")), choice.get("finish_reason")
    else:  # responses
        parts = [part for one in body.get("output") or () for part in one.get("content") or ()]
        text = "\n".join(str(part["text"]) for part in parts if "text" in part) or None
        reason = (body.get("incomplete_details") or {}).get("reason") or "stop"
    value = {**asked, "output": text or "", "model": str(body.get("model") or ""), "strategy": "batch"}
    value["finish_reason"] = _STOPS.get(str(reason), "unknown")
    return Record(record.place, record.number, value)
