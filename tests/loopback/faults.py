"""What can go wrong with a reply, each fault named once, for both APIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Delivery = Literal["whole", "reset", "reset in the body", "cut", "cut unnoticed", "late", "trickling"]


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
            announced length, or without one; not until the server is closed; or as blanks that never end.
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
    "null content": NULL_CONTENT,
}
