"""What can go wrong with a reply, each fault named once, for all APIs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.loopback.apis import Events, Json

Delivery = Literal[
    "whole",
    "reset",
    "reset in the body",
    "cut",
    "cut unnoticed",
    "unended",
    "kept open",
    "late",
    "trickling",
    "halting",
]


@dataclass(frozen=True)
class Fault:
    """A reply other than the good one.

    Attributes:
        status: of the reply; from 400 on its body is the API's error.
        message: the words of the error; `{key}` becomes the key that was sent.
        code: the error's code.
        headers: further ones.
        answer: fields of the `Answer` that are said otherwise.
        fields: fields of the reply's JSON that are sent otherwise.
        body: sent as it is, instead of any JSON.
        content_type: what the body is called.
        delivery: how it arrives: whole; reset before anything is sent, or in the middle of the body; cut short of its
            announced length, or without one; in full, but closed or kept open without the end of the stream; only when
            the server is closed; as blanks (in a stream, comments) that never end; or, after its first `piece`,
            only when the server may go on.
        events: what becomes of the events of a stream, `None` for a plain reply to who asked for a stream.
        framing: what becomes of the bytes of a stream.
        piece: how many bytes of a stream are sent at a time.
    """

    status: int = 200
    message: str = "a fault by script"
    code: str = "scripted"
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    body: bytes | None = None
    content_type: str = "application/json"
    delivery: Delivery = "whole"
    events: Callable[[Events], Events] | None = list
    framing: Callable[[bytes], bytes] = bytes
    piece: int = 2**16


def too_many(retry_after: float | str | None = None) -> Fault:
    """A 429, with `Retry-After` when given."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(status=429, message="slow down", code="rate_limit_exceeded", headers=headers)


def failing(status: int) -> Fault:
    """A reply with an error status."""
    return Fault(status=status)


RESET = Fault(delivery="reset")
RESET_IN_BODY = Fault(delivery="reset in the body")
CUT = Fault(delivery="cut")
CUT_UNNOTICED = Fault(delivery="cut unnoticed")
LATE = Fault(delivery="late")
TRICKLING = Fault(delivery="trickling")
MALFORMED_JSON = Fault(body=b'{"choices": [')
NOT_UTF8 = Fault(body=b'{"choices": "\xff"}')
NO_OBJECT = Fault(body=b"[1, 2]")
NULL = Fault(body=b"null")
WEB_PAGE = Fault(body=b"<!doctype html><title>Welcome</title>", content_type="text/html")
NO_CHOICES = Fault(answer={"there": False})
NULL_CONTENT = Fault(answer={"text": None})
FILTERED = Fault(answer={"stop": "refusal"})
CUT_BY_LIMIT = Fault(answer={"stop": "length"})
UNMETERED = Fault(answer={"metered": False})
MALFORMED_USAGE = Fault(fields={"usage": {"prompt_tokens": None, "input_tokens": "many"}})

# No usable reply came, and asking again may help.
UNAVAILABLE: Mapping[str, Fault] = {
    **{str(status): failing(status) for status in (408, 409, 500, 502, 503, 529)},
    "reset": RESET,
    "reset in the body": RESET_IN_BODY,
    "cut body": CUT,
    "cut body of no announced length": CUT_UNNOTICED,
    "malformed JSON": MALFORMED_JSON,
    "not UTF-8": NOT_UTF8,
    "no object": NO_OBJECT,
    "null": NULL,
    "web page": WEB_PAGE,
    "no choices": NO_CHOICES,
}


def _is_end(event: object) -> bool:
    """Whether the event tells why the model stopped."""
    told = event if isinstance(event, dict) else {}
    ended = [choice.get("finish_reason") for choice in told.get("choices", ())]
    of_responses = told.get("type") in {"response.completed", "response.incomplete"}
    return bool(of_responses or any(ended) or _delta(told).get("stop_reason"))


def _says(event: object) -> bool:
    """Whether the event has a piece of the text."""
    told = event if isinstance(event, dict) else {}
    deltas = [_delta(told), *(choice["delta"] for choice in told.get("choices", ()))]
    return told.get("type") == "response.output_text.delta" or any(
        delta.get("content") or delta.get("text") for delta in deltas
    )


def _delta(event: Json) -> Json:
    delta = event.get("delta", {})
    return delta if isinstance(delta, dict) else {}  # the Responses API's are texts


def until_end(events: Events) -> Events:
    """The events up to the one that tells why the model stopped."""
    return events[: next(i for i, event in enumerate(events) if _is_end(event)) + 1]


def before_end(events: Events) -> Events:
    """The events before that."""
    return until_end(events)[:-1]


def before_last_piece(events: Events) -> Events:
    """The events before the last piece of the text."""
    return events[: max(i for i, event in enumerate(events) if _says(event))]


def without_end_mark(events: Events) -> Events:
    """All events but what comes after the reply: the Responses API has no such mark."""
    return events[: -len(only_end_mark(events)) or None]


def only_end_mark(events: Events) -> Events:
    """The last event, where it has nothing of the reply."""
    return [] if _is_end(events[-1]) else events[-1:]


def text_after_end(events: Events) -> Events:
    """The last piece of the text comes late."""
    last = [event for event in events if _says(event)][-1]
    return [*(event for event in events if event is not last), last]


def then_error(code: object, message: str, *, typed: str = "") -> Callable[[Events], Events]:
    """An error before the last piece of the text: of the type `typed`, and where that is not said, `code`."""
    error = {"message": message, "type": typed or code, "code": code}
    return lambda events: [*before_last_piece(events), {"type": "error", "error": error}]


def with_noise(data: bytes) -> bytes:
    """Comments, blank lines, and fields that mean nothing here, between events."""
    return data.replace(b"\n\n", b"\n\n: ping\n\n:\n\nretry: 3000\nid: 7\n\n\n")


def in_crlf(data: bytes) -> bytes:
    """Lines that end as in HTTP."""
    return data.replace(b"\n", b"\r\n")
