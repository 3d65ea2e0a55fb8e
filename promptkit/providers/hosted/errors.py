"""What the openai and anthropic SDKs raise, as our errors. The two are twins, so one mapping serves both."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    PromptTooLong,
    RateLimited,
    Unavailable,
    UnknownModel,
)
from promptkit.providers.hosted.quotas import quotas
from promptkit.providers.hosted.replies import ErrorEvent, Unusable

if TYPE_CHECKING:
    import anthropic
    import openai

    StatusError = openai.APIStatusError | anthropic.APIStatusError
    ConnectionFailed = openai.APIConnectionError | anthropic.APIConnectionError

# 429s that no waiting ends: the money is spent.
_SPENT = {"insufficient_quota", "contract_spend_limit_reached", "enforced_spend_limit_reached"}

# Errors that come in a stream, when the status was sent already, by the status that they have before one.
_STATUS: Mapping[str, int] = {
    "invalid_request_error": 400,
    "context_length_exceeded": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "rate_limit_exceeded": 429,
    **dict.fromkeys(_SPENT, 429),
    "timeout_error": 504,
    "overloaded_error": 529,
}

_TOO_LONG = re.compile(r"prompt is too long|maximum context length|exceeds? the (?:available )?context", re.IGNORECASE)

_NO_OBJECT = {"json_invalid", "model_type"}  # as pydantic calls it
_BROKEN = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)

_LOOKS_LIKE_A_KEY = re.compile(r"\bsk-[\w*-]+")  # also when a provider quotes a part of it


class SdkErrors(NamedTuple):
    """The errors of an SDK that we tell apart; `root` is the base of all of them but `transport`.

    `transport` is what the HTTP library raises while a stream is read, which no SDK comes between.
    """

    root: type[Exception]
    api: type[Exception]
    connection: type[ConnectionFailed]
    status: type[StatusError]
    transport: type[Exception]


@dataclass(frozen=True)
class Access:
    """Where a model is asked and with which key: what an error may tell, and what it must not.

    Attributes:
        model: `provider/name`.
        endpoint: the base URL without credentials.
        key: sent with every request, never told.
        key_name: where a user sets the key.
    """

    model: str
    endpoint: str
    key: str = field(repr=False)
    key_name: str

    def redacted(self, text: str) -> str:
        """`text` on one line of readable length, without the key."""
        if len(self.key) >= 8:  # a shorter one is a placeholder such as "EMPTY", and a word of many messages
            text = text.replace(self.key, "[key]")
        line = " ".join(_LOOKS_LIKE_A_KEY.sub("[key]", text).split())
        return line if len(line) <= 300 else line[:299] + "…"


def translated(error: Exception, sdk: SdkErrors, access: Access) -> BackendError:
    """Our error for one that an SDK raised. Don't chain the two: the SDK's quotes what the provider said, key included.

    Every error of an SDK has one of ours: those with an HTTP status by that status; a broken connection or a body that
    isn't a reply is `Unavailable`; the others are raised before anything is sent and are an `InvalidRequest`.
    """
    if isinstance(error, sdk.status):
        codes = {getattr(error, name, None) for name in ("code", "type", "error_code")} | {*_codes(_inner(error.body))}
        refused = _refusal(error.status_code, codes, error.body, access)
        refused.request_id, refused.retry_after = error.request_id, retry_after(error.response.headers)
        refused.quotas = quotas(error.response.headers.raw)
        return refused
    if isinstance(error, ErrorEvent):
        called = _codes(error.body)
        return _refusal(_status(called), set(called), error.body, access)
    if isinstance(error, (sdk.connection, sdk.transport)):
        return Unavailable(_unconnected(error, access), model=access.model)
    if isinstance(error, Unusable):
        message = f"{access.endpoint} sent no usable reply ({error}); try again"
        return Unavailable(message, model=access.model, status=200)
    if isinstance(error, (sdk.api, ValidationError)):
        reason = access.redacted(_flaw(error))
        message = f"{access.endpoint} sent no usable reply ({reason}); is the base URL right?"
        return Unavailable(message, model=access.model, status=200)
    return InvalidRequest(f"{access.model} could not be asked: {access.redacted(str(error))}", model=access.model)


def _refusal(status: int, codes: Set[str | int | None], body: object, access: Access) -> BackendError:
    kind, fact, way_out = _judged(status, codes, access)
    said = access.redacted(_words(body))
    if kind is InvalidRequest and ("context_length_exceeded" in codes or _TOO_LONG.search(said)):
        kind = PromptTooLong
    message = f"{fact} ({status})" + (f": {said}" if said else "") + (f"; {way_out}" if way_out else "")
    return kind(message, model=access.model, status=status)


def _inner(body: object) -> object:
    return body.get("error", body) if isinstance(body, Mapping) else body


def _codes(body: object) -> list[str | int]:
    """What an error calls itself, the most exact first."""
    given = body if isinstance(body, Mapping) else {}
    return [code for name in ("code", "type") if isinstance(code := given.get(name), (str, int))]


def _status(codes: list[str | int]) -> int:
    """What the status would have been, had the error come before the stream: 500 when nothing says."""
    numbers = (code if isinstance(code, int) else _STATUS.get(code, 0) for code in codes)
    return next((number for number in numbers if 400 <= number < 600), 500)


def _judged(status: int, codes: Set[str | int | None], access: Access) -> tuple[type[BackendError], str, str]:
    """The kind of error, the fact, and the way out."""
    model = access.model
    if status == 402 or (status == 429 and codes & _SPENT):
        return AuthenticationError, f"{model} has no credit left", "add credit at the provider or use another key"
    match status:
        case 401 | 403:
            return AuthenticationError, f"{model} refused the key", f"check {access.key_name}"
        case 404:
            return UnknownModel, f"{model} was not found at {access.endpoint}", "check the name of the model"
        case 429:
            return RateLimited, f"{model} is over its rate limit", "lower --concurrency"
        case 408 | 409 | 499:  # 409 is a lock that was not free in time: both SDKs, too, count it as passing
            return Unavailable, f"{model} did not take the request", "try again"
        case _ if status >= 500:
            return Unavailable, f"{model} failed at the provider", "try again later"
    return InvalidRequest, f"{model} refused the request", ""


def _words(body: object) -> str:
    """What the provider said, of `{"error": {"message": …}}`, a part of it, or any other body."""
    inner = _inner(body)
    said = inner.get("message") if isinstance(inner, Mapping) else inner
    return said if isinstance(said, str) else str(inner or "")


def _unconnected(error: Exception, access: Access) -> str:
    first = _first_cause(error)
    reason = access.redacted(_in_words(first))
    # The aiohttp transport tells a connection that was there and broke as one that could not be made.
    if type(error.__cause__).__name__.startswith("Connect") and not isinstance(first, _BROKEN):
        return f"could not reach {access.endpoint} ({reason}); is the server running?"
    return f"the connection to {access.endpoint} broke off ({reason}); try again"


def _first_cause(error: BaseException) -> BaseException:
    while earlier := error.__cause__ or error.__context__:
        error = earlier
    return error


def _in_words(error: BaseException) -> str:
    """The system's words, such as "connection refused"."""
    if isinstance(error, OSError) and (error.errno or 0) > 0:
        return os.strerror(error.errno or 0).lower()
    return str(error) or type(error).__name__


def _flaw(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_input=False, include_url=False)[0]
    what = "no JSON object" if first["type"] in _NO_OBJECT else first["msg"]
    return f"{'.'.join(map(str, first['loc'])) or 'body'}: {what}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (seconds or an HTTP date), or `None` when neither says."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, OverflowError):
        return None
    return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
