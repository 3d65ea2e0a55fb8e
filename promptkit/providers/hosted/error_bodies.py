"""What an error of a provider reports, of any of the shapes in which they come."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from promptkit.providers.hosted.quotas import duration

# As the providers call a prompt or a reply that they hold back: OpenAI, Azure, OpenRouter, Alibaba.
_MODERATED = {
    *("content_filter", "content_policy_violation", "moderation_blocked", "responsibleaipolicyviolation", "refusal"),
    *("data_inspection_failed", "datainspectionfailed", "bio_policy", "misalignment_policy_violation"),
}
# Those of OpenAI (`invalid_prompt`), OpenRouter, Azure, Anthropic and DeepSeek whose codes are less exact. An account
# that was flagged is another matter.
_FLAGGED = re.compile(
    r"\b(?:input|prompt|request|message|content|output)s? (?:was|were|has been|have been) flagged\b"
    r"|content management policy|blocked by content filtering|content exists risk",
    re.IGNORECASE,
)

# Codes, by the status that belongs to them.
_STATUS: Mapping[str, int] = {
    "invalid_request_error": 400,
    "context_length_exceeded": 400,
    **dict.fromkeys(("invalid_prompt", "validationexception"), 400),
    **dict.fromkeys(("authentication_error", "invalid_api_key", "unauthenticated"), 401),
    "billing_error": 402,
    **dict.fromkeys(("permission_error", "permission_denied", "accessdeniedexception"), 403),
    **dict.fromkeys(("not_found_error", "model_not_found"), 404),
    "request_too_large": 413,
    **dict.fromkeys(
        ("rate_limit_error", "rate_limit_exceeded", "resource_exhausted", "too_many_requests", "throttlingexception"),
        429,
    ),
    **dict.fromkeys(("insufficient_quota", "contract_spend_limit_reached", "enforced_spend_limit_reached"), 429),
    "timeout_error": 504,
    "overloaded_error": 529,
}

_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_UNIT = r"ms|milliseconds?|s|sec|seconds?|m|min|minutes?|h|hours?"
# "Please try again in 6m0s." (OpenAI), "Please retry after 26 seconds." (Azure), "Please retry in 20.5s." (Google)
_WAIT = re.compile(rf"\b(?:try again|retry) (?:in|after) ((?:{_NUMBER} ?(?:{_UNIT})(?![a-z]) ?)+)", re.IGNORECASE)
_PART = re.compile(rf"({_NUMBER}) ?({_UNIT})", re.IGNORECASE)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_FIELDS = {"retry_after": 1.0, "retry_after_seconds": 1.0, "retryAfter": 1.0, "retry_after_ms": 0.001}


@dataclass(frozen=True)
class ErrorBody:
    """An error as a provider reports it.

    Attributes:
        words: its message, as it came: it may quote the key.
        codes: what it calls itself, in lower case, the most exact first, numbers as numbers.
        blamed: the field of the request that it is about, where it names one.
        retry_after: seconds to wait, where it gives them.
        moderated: whether it is the prompt or the reply of this call that was held back.
    """

    words: str
    codes: tuple[str | int, ...]
    blamed: str
    retry_after: float | None
    moderated: bool

    @classmethod
    def of(cls, body: object) -> ErrorBody:
        """Read `{"error": {"message": …}}`, a part of it, a list with it (Google), or anything else."""
        while isinstance(body, list) and body:
            body = body[0]
        outer: Mapping[str, object] = body if isinstance(body, Mapping) else {}
        error = outer.get("error") or body
        inner: Mapping[str, object] = error if isinstance(error, Mapping) else {}
        metadata = _mapping(inner.get("metadata"))
        codes, words = tuple(_codes(inner)), _words(error, metadata)
        flagged = "flagged_input" in metadata or bool(_FLAGGED.search(words))
        blamed = inner.get("param")
        named = blamed if isinstance(blamed, str) else ""
        return cls(
            words, codes, named, _wait(words, inner, outer, metadata), flagged or not _MODERATED.isdisjoint(codes)
        )

    @property
    def status(self) -> int:
        """What the HTTP status would have been, had the error come as one: 500 where nothing indicates it."""
        numbers = (code if isinstance(code, int) else _STATUS.get(code, 0) for code in self.codes)
        return next((number for number in numbers if 400 <= number < 600), 400 if self.moderated else 500)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _codes(error: Mapping[str, object]) -> Iterator[str | int]:
    """Of the error itself, of what it is about (Azure's `innererror`, Anthropic's `details`), and Google's `status`."""
    within = (_mapping(error.get(name)) for name in ("innererror", "details"))
    found = [error.get("code"), error.get("type"), error.get("status")]
    found += [inner.get(name) for inner in within for name in ("code", "error_code")]
    for code in found:
        if isinstance(code, int):
            yield code
        elif isinstance(code, str) and code:
            yield int(code) if code.isdecimal() and len(code) == 3 else code.lower()


def _words(error: object, metadata: Mapping[str, object]) -> str:
    """The message, with what stands behind it: OpenRouter's may be just "Provider returned error"."""
    message = error
    if isinstance(error, Mapping):
        message = error.get("message") or error.get("detail") or error
    try:
        words = message if isinstance(message, str) else str(message or "")
    except (RecursionError, ValueError):  # nested without end, or a number of thousands of digits
        words = "an error that can't be shown"
    raw = metadata.get("raw")
    return f"{words}: {raw}" if isinstance(raw, str) and raw else words


def _wait(words: str, inner: Mapping[str, object], *around: Mapping[str, object]) -> float | None:
    """Seconds: of Google's `RetryInfo`, of a field, of when OpenRouter's limit is whole again, or of the message."""
    details = inner.get("details")
    waits = [_seconds(_mapping(detail).get("retryDelay")) for detail in (details if isinstance(details, list) else ())]
    for fields in (inner, *around):
        waits += [_seconds(fields.get(name), unit) for name, unit in _FIELDS.items()]
    for fields in around:
        moment = _seconds(_mapping(fields.get("headers")).get("X-RateLimit-Reset"), 0.001)
        waits.append(max(0.0, moment - time.time()) if moment and moment > 1e9 else None)
    if found := _WAIT.search(words):
        waits.append(sum(float(number) * _unit(unit.lower()) for number, unit in _PART.findall(found[1])))
    return next((wait for wait in waits if wait is not None), None)


def _seconds(value: object, unit: float = 1.0) -> float | None:
    if isinstance(value, str):
        seconds = duration(value)
    else:
        seconds = value if isinstance(value, (int, float)) and 0 <= value < 1e15 else None
    return None if seconds is None else seconds * unit


def _unit(name: str) -> float:
    return 0.001 if name in {"ms", "millisecond", "milliseconds"} else _SECONDS[name[0]]
