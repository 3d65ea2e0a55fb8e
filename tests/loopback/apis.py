"""How the three APIs say an answer and an error in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
Events = list[Json | str]  # of a stream; a text is sent as it is, as data
Turns = list[dict[str, str]]


@dataclass(frozen=True)
class Answer:
    """What a model said, before it is put in an API's words.

    `text` is `None` for null content; `there` is `False` for a reply without any choice; `metered` without usage.
    """

    text: str | None
    stop: str = "stop"
    there: bool = True
    metered: bool = True


@dataclass(frozen=True)
class Api:
    """One API: its path, the turns of a request, its replies, and the same reply in events."""

    path: str
    request_id_header: str
    turns: Callable[[Json], Turns]
    reply: Callable[[Json, Answer], Json]
    stream: Callable[[Json], Events]
    error: Callable[[int, str, str], Json]


def in_frames(events: Events) -> bytes:
    """Server-sent events as they are sent: named by their type, where they have one."""
    frames = []
    for event in events:
        name = f"event: {event['type']}\n" if isinstance(event, dict) and "type" in event else ""
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        frames.append(f"{name}data: {data}\n\n")
    return "".join(frames).encode()


def words(text: str | list[Json] | None) -> int:
    """What counts as tokens here: words, and an image as one."""
    if isinstance(text, list):
        return sum(words(part.get("text", "image")) for part in text)
    return len((text or "").split())


def _openai_reply(request: Json, answer: Answer) -> Json:
    finish_reason = {"stop": "stop", "length": "length", "refusal": "content_filter"}[answer.stop]
    message = {"role": "assistant", "content": answer.text}
    choices = [{"index": 0, "message": message, "finish_reason": finish_reason}] if answer.there else []
    reply = {"id": "c-1", "object": "chat.completion", "created": 1, "model": request["model"], "choices": choices}
    asked, said = sum(words(m["content"]) for m in request["messages"]), words(answer.text)
    usage = {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}
    return {**reply, "usage": usage} if answer.metered else reply


def _openai_stream(reply: Json) -> Events:
    head = {"id": reply["id"], "object": "chat.completion.chunk", "created": 1, "model": reply["model"], "usage": None}

    def chunk(delta: Json, finish_reason: str | None = None) -> Json:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}

    choices = reply["choices"]
    said = [chunk({"content": piece}) for choice in choices for piece in _pieces(choice["message"]["content"])]
    ends = [chunk({}, choice["finish_reason"]) for choice in choices]
    counts = [{**head, "choices": [], "usage": reply["usage"]}] if "usage" in reply else []
    heads = [chunk({"role": "assistant", "content": choice["message"]["content"] and ""}) for choice in choices]
    return [*heads, *said, *ends, *counts, "[DONE]"]


def _openai_error(status: int, message: str, code: str) -> Json:
    return {"error": {"message": message, "type": code, "code": code, "param": None}}


def _responses_turns(request: Json) -> Turns:
    system = [{"role": "system", "content": request["instructions"]}] if "instructions" in request else []
    return [*system, *request["input"]]


def _responses_reply(request: Json, answer: Answer) -> Json:
    reason = {"stop": None, "length": "max_output_tokens", "refusal": "content_filter"}[answer.stop]
    status = "incomplete" if reason else "completed"
    content: list[Json] = [{"type": "output_text", "text": answer.text, "annotations": [], "logprobs": []}]
    message = {"type": "message", "id": "msg-1", "role": "assistant", "status": status, "content": content}
    reasoning = {"type": "reasoning", "id": "rs-1", "summary": [{"type": "summary_text", "text": "**Hm**"}]}
    asked, said = sum(words(m["content"]) for m in _responses_turns(request)), words(answer.text)
    usage = {"input_tokens": asked, "output_tokens": said, "total_tokens": asked + said}
    return {
        "id": "resp-1",
        "object": "response",
        "created_at": 1,
        "model": request["model"],
        "status": status,
        "error": None,
        "incomplete_details": {"reason": reason} if reason else None,
        "output": [reasoning, message] if answer.there else None,
        "usage": usage if answer.metered else None,
    }


def _responses_stream(reply: Json) -> Events:
    started = {**reply, "status": "in_progress", "output": [], "usage": None, "incomplete_details": None}
    events: list[Json] = [{"type": f"response.{step}", "response": started} for step in ("created", "in_progress")]
    for index, item in enumerate(reply["output"] or ()):
        empty = {name: [] if isinstance(part, list) else part for name, part in item.items()}
        within = {"item_id": item.get("id", "item-1"), "output_index": index, "content_index": 0}
        events.append({"type": "response.output_item.added", "output_index": index, "item": empty})
        for part in item["content"] if item["type"] == "message" else ():
            kind, field = part["type"], part["type"].removeprefix("output_")  # output_text has a text, refusal itself
            events.append({"type": "response.content_part.added", **within, "part": {**part, field: ""}})
            delta = {"type": f"response.{kind}.delta", **within, "logprobs": []}
            events += [{**delta, "delta": piece} for piece in _pieces(part[field])]
            events.append({"type": f"response.{kind}.done", **within, field: part[field], "logprobs": []})
            events.append({"type": "response.content_part.done", **within, "part": part})
        events.append({"type": "response.output_item.done", "output_index": index, "item": item})
    events.append({"type": f"response.{reply['status']}", "response": reply})
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def _anthropic_turns(request: Json) -> Turns:
    system = [{"role": "system", "content": request["system"]}] if "system" in request else []
    return [*system, *request["messages"]]


def _anthropic_reply(request: Json, answer: Answer) -> Json:
    stop_reason = {"stop": "end_turn", "length": "max_tokens", "refusal": "refusal"}[answer.stop]
    content = [{"type": "text", "text": answer.text}] if answer.there else None
    reply = {"id": "m-1", "type": "message", "role": "assistant", "model": request["model"], "content": content}
    asked = sum(words(m["content"]) for m in _anthropic_turns(request))
    usage = {"input_tokens": asked, "output_tokens": words(answer.text)}
    return {**reply, "stop_reason": stop_reason, **({"usage": usage} if answer.metered else {})}


def _anthropic_stream(reply: Json) -> Events:
    usage, content = reply.get("usage"), reply["content"] or []
    start = {**reply, "content": [], "stop_reason": None}
    delta: Json = {"type": "message_delta", "delta": {"stop_reason": reply["stop_reason"], "stop_sequence": None}}
    if usage:
        start |= {"usage": {**usage, "output_tokens": 1}}
        delta |= {"usage": {"output_tokens": usage.get("output_tokens")}}
    events: Events = [{"type": "message_start", "message": start}, {"type": "ping"}]
    for index, block in enumerate(content):
        events.append(
            {"type": "content_block_start", "index": index, "content_block": {**block, "text": block["text"] and ""}}
        )
        for piece in _pieces(block["text"]):
            text = {"type": "text_delta", "text": piece}
            events.append({"type": "content_block_delta", "index": index, "delta": text})
        events.append({"type": "content_block_stop", "index": index})
    return [*events, delta, {"type": "message_stop"}]


def _pieces(text: str | None) -> list[str]:
    return re.findall(r"\S+\s*|\s+", text or "")


def _anthropic_error(status: int, message: str, code: str) -> Json:
    details = {"type": code, "message": message, "details": {"error_code": code}}
    return {"type": "error", "error": details, "request_id": "req-1"}


APIS: Mapping[str, Api] = {
    api.path: api
    for api in (
        Api(
            "/v1/chat/completions",
            "x-request-id",
            lambda request: request["messages"],
            _openai_reply,
            _openai_stream,
            _openai_error,
        ),
        Api(
            "/v1/responses",
            "x-request-id",
            _responses_turns,
            _responses_reply,
            _responses_stream,
            _openai_error,
        ),
        Api("/v1/messages", "request-id", _anthropic_turns, _anthropic_reply, _anthropic_stream, _anthropic_error),
    )
}
