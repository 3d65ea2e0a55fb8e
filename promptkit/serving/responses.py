"""Replies of the Responses API: one object, or its events."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

from promptkit.serving.as_json import as_json
from promptkit.serving.asked import Asked
from promptkit.serving.chat import account_of
from promptkit.serving.failures import Failure
from promptkit.serving.pieces import Piece
from promptkit.types import Completion

Json = dict[str, Any]


class Response:
    """One reply in the making.

    Args:
        asked: the request.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.id = f"resp_{uuid.uuid4().hex}"
        self._made = int(time.time())
        self._number = 0
        self._began = False
        self._open: _Item | None = None
        self._done: list[_Item] = []

    def body(self, answer: Completion, steps: str) -> Json:
        """The whole reply; `steps` is the text of the steps before it, where they are wanted."""
        items = [*([_Item("reasoning", steps)] if steps else []), _Item("message", answer.text)]
        return self._finished(answer, items)

    def piece(self, piece: Piece) -> Iterator[str]:
        """The events of one piece."""
        if not self._began:
            self._began = True
            for kind in ("response.created", "response.in_progress"):
                yield self._event(kind, response=self._object("in_progress", []))
        if piece.text:
            yield from self._item_of("reasoning" if piece.is_step else "message")
            yield self._delta(piece.text)

    def end(self, answer: Completion) -> Iterator[str]:
        """The last events."""
        yield from self._item_of("message")
        yield from self._closed()
        whole = self._finished(answer, self._done)
        yield self._event(f"response.{whole['status']}", response=whole)

    def broken(self, failure: Failure) -> Iterator[str]:
        """The events of an error after the beginning."""
        told = failure.body["error"]
        failed = self._object("failed", [item.whole() for item in self._done])
        failed["error"] = {"code": "server_error", "message": told["message"]}
        yield self._event("response.failed", response=failed)

    def _item_of(self, kind: str) -> Iterator[str]:
        """Open an item of this kind, unless it is open."""
        if self._open and self._open.kind == kind:
            return
        yield from self._closed()
        self._open = _Item(kind)
        place = {"output_index": len(self._done), "item_id": self._open.id}
        yield self._event("response.output_item.added", output_index=place["output_index"], item=self._open.begun())
        if kind == "message":
            yield self._event("response.content_part.added", **place, content_index=0, part=_text_part(""))
        else:
            part = {"type": "summary_text", "text": ""}
            yield self._event("response.reasoning_summary_part.added", **place, summary_index=0, part=part)

    def _delta(self, text: str) -> str:
        item, place = self._current()
        item.text += text
        if item.kind == "message":
            return self._event("response.output_text.delta", **place, content_index=0, delta=text, logprobs=[])
        return self._event("response.reasoning_summary_text.delta", **place, summary_index=0, delta=text)

    def _closed(self) -> Iterator[str]:
        """Close the open item, if there is one."""
        if self._open is None:
            return
        item, place = self._current()
        if item.kind == "message":
            yield self._event("response.output_text.done", **place, content_index=0, text=item.text, logprobs=[])
            yield self._event("response.content_part.done", **place, content_index=0, part=_text_part(item.text))
        else:
            yield self._event("response.reasoning_summary_text.done", **place, summary_index=0, text=item.text)
            part = {"type": "summary_text", "text": item.text}
            yield self._event("response.reasoning_summary_part.done", **place, summary_index=0, part=part)
        yield self._event("response.output_item.done", output_index=place["output_index"], item=item.whole())
        self._done.append(item)
        self._open = None

    def _current(self) -> tuple[_Item, Json]:
        if self._open is None:
            raise RuntimeError("no item is open")
        return self._open, {"output_index": len(self._done), "item_id": self._open.id}

    def _finished(self, answer: Completion, items: list[_Item]) -> Json:
        why = {"length": "max_output_tokens", "refusal": "content_filter"}.get(answer.finish_reason)
        whole = self._object("incomplete" if why else "completed", [item.whole() for item in items])
        usage = answer.usage
        return whole | {
            "incomplete_details": {"reason": why} if why else None,
            "usage": {
                "input_tokens": usage.input_tokens,
                "input_tokens_details": {"cached_tokens": usage.cached_tokens, "cache_write_tokens": 0},
                "output_tokens": usage.output_tokens,
                "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
                "total_tokens": usage.input_tokens + usage.output_tokens,
            },
            "metadata": {name: str(value) for name, value in account_of(answer).items()},
        }

    def _object(self, status: str, output: list[Json]) -> Json:
        prompt = self._asked.prompt
        return {
            "id": self.id,
            "object": "response",
            "created_at": self._made,
            "status": status,
            "model": self._asked.model,
            "output": output,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "temperature": prompt.temperature,
            "top_p": None,
            "max_output_tokens": prompt.max_tokens,
            "parallel_tool_calls": False,
            "tool_choice": "none",
            "tools": [],
            "store": False,
        }

    def _event(self, kind: str, **data: object) -> str:
        told = as_json({"type": kind, "sequence_number": self._number, **data})
        self._number += 1
        return f"event: {kind}\ndata: {told}\n\n"


class _Item:
    """An item of the output: the reasoning, or the message."""

    def __init__(self, kind: str, text: str = "") -> None:
        self.kind, self.text = kind, text
        self.id = f"{'msg' if kind == 'message' else 'rs'}_{uuid.uuid4().hex}"

    def begun(self) -> Json:
        if self.kind == "reasoning":
            return {"id": self.id, "type": "reasoning", "summary": [], "status": "in_progress"}
        return {"id": self.id, "type": "message", "role": "assistant", "status": "in_progress", "content": []}

    def whole(self) -> Json:
        if self.kind == "reasoning":
            return self.begun() | {"status": "completed", "summary": [{"type": "summary_text", "text": self.text}]}
        return self.begun() | {"status": "completed", "content": [_text_part(self.text)]}


def _text_part(text: str) -> Json:
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
