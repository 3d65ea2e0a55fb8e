"""The output of OpenAI's batch API: replies by `custom_id`, whose questions are the items of a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from promptkit.analysis.logs.guarded import guarded
from promptkit.analysis.logs.texts import text_of
from promptkit.errors import UsageError
from promptkit.tasks import Item, Task
from promptkit.tasks.problems import Unusable
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
    for one in rows:
        yield one if one.problem else guarded(one.place, one.number, partial(_reply, one.value, known, items.name))


def _reply(row: Any, known: Mapping[str, Item], task: str) -> dict[str, object]:  # noqa: ANN401 - whatever stands there
    item = known.get(str(row["custom_id"]))
    if item is None:
        raise Unusable(f"no item of {task} is called {row['custom_id']!r}")
    response = row.get("response") or {}
    body = response.get("body") or {}
    if row.get("error") or response.get("status_code", 200) != 200:
        stated = text_of((row.get("error") or body.get("error") or {}).get("message"))
        raise Unusable(f"it failed: {stated or response.get('status_code')!r:.80}")
    if "choices" in body:  # chat completions
        choice = body["choices"][0]
        text, reason = text_of(choice["message"].get("content")), choice.get("finish_reason")
    else:  # responses
        parts = [part for one in body["output"] for part in one.get("content") or ()]
        text = "\n".join(str(part["text"]) for part in parts if "text" in part)
        reason = (body.get("incomplete_details") or {}).get("reason") or "stop"
    return {
        "question": item.question,
        "target": item.target,
        "item": item.id,
        "task": task,
        "output": text or "",
        "model": str(body.get("model") or ""),
        "strategy": "batch",
        "finish_reason": _STOPS.get(str(reason), "unknown"),
    }
