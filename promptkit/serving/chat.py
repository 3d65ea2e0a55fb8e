"""Replies of the Chat Completions API: one object, or its chunks."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

from promptkit.serving.as_json import as_json
from promptkit.serving.asked import Asked
from promptkit.serving.failures import Failure
from promptkit.serving.pieces import Piece
from promptkit.types import Completion

Json = dict[str, Any]
FINISH = {"stop": "stop", "length": "length", "refusal": "content_filter", "unknown": "stop"}


def account_of(answer: Completion) -> Json:
    """What promptkit tells beside an answer: how many calls, by which way, what it did instead."""
    told: Json = {"calls": answer.usage.calls, "answered_by": answer.by}
    told |= {"fallbacks": list(answer.all_fallbacks())} if answer.all_fallbacks() else {}
    return told | ({"note": answer.note} if answer.note else {})


def _usage(answer: Completion) -> Json:
    """The usage of all calls together."""
    usage = answer.usage
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


class Chat:
    """One reply in the making.

    Args:
        asked: the request.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self.id = f"chatcmpl-{uuid.uuid4().hex}"
        self._made = int(time.time())
        self._began = False

    def body(self, answer: Completion, steps: str) -> Json:
        """The whole reply; `steps` is the text of the steps before it, where they are wanted."""
        message: Json = {"role": "assistant", "content": answer.text}
        message |= {"reasoning_content": steps} if steps else {}
        choice = {"index": 0, "message": message, "finish_reason": FINISH[answer.finish_reason], "logprobs": None}
        whole = {"choices": [choice], "usage": _usage(answer), "promptkit": account_of(answer)}
        return self._object("chat.completion") | whole

    def piece(self, piece: Piece) -> Iterator[str]:
        """The events of one piece."""
        if not self._began:
            self._began = True
            yield self._chunk({"role": "assistant", "content": ""})
        if piece.text:
            yield self._chunk({"reasoning_content" if piece.is_step else "content": piece.text})

    def end(self, answer: Completion) -> Iterator[str]:
        """The last events."""
        yield self._chunk({}, FINISH[answer.finish_reason])
        if self._asked.usage_wanted:
            last = {"choices": [], "usage": _usage(answer), "promptkit": account_of(answer)}
            yield _event(self._object("chat.completion.chunk") | last)
        yield "data: [DONE]\n\n"

    def broken(self, failure: Failure) -> Iterator[str]:
        """The events of an error after the beginning."""
        yield _event(failure.body)

    def _chunk(self, delta: Json, reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return _event(self._object("chat.completion.chunk") | {"choices": [choice]})

    def _object(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self._made, "model": self._asked.model}


def _event(data: Json) -> str:
    return f"data: {as_json(data)}\n\n"
