"""What a provider answers instead of a reply, or fails to answer, as our errors. One mapping serves all APIs."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pydantic import ValidationError

from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    PromptTooLong,
    RateLimited,
    TimedOut,
    Unavailable,
    UnknownModel,
)
from promptkit.providers.hosted.error_bodies import ErrorBody
from promptkit.providers.hosted.quotas import quotas
from promptkit.providers.hosted.replies import Broken, ErrorReply, ParsedReply, Silent, Unusable
from promptkit.redacting import redacted
from promptkit.types import Usage

Code = str | int

# 429s that no waiting ends: the money is spent.
_SPENT = {"insufficient_quota", "contract_spend_limit_reached", "enforced_spend_limit_reached"}

_TOO_LONG = re.compile(r"prompt is too long|maximum context length|exceeds? the (?:available )?context", re.IGNORECASE)

_NO_MODEL = {"model_not_found", "invalid_model", "deploymentnotfound"}
_NO_SUCH_MODEL = re.compile(
    r"\bmodel\b.{1,200}?\b(?:does not exist|not found)|not a valid model id|model not exist|invalid model:",
    re.IGNORECASE,
)
_OTHER_API = re.compile(r"only supported in v1/responses|not a chat model", re.IGNORECASE)
# A page, the bare words of web frameworks, or a path: of a 404 that knows nothing of models.
_NO_SUCH_PLACE = re.compile(
    r"^$|^<|^(?:404:? ?)?(?:(?:file|page|route) )?not found\.?$|\b(?:url|path|route|endpoint)\b|cannot post ",
    re.IGNORECASE,
)
_HOLDS_BACK = {400, 403, 422, 451}

_NO_OBJECT = {"json_invalid", "model_type"}  # as pydantic calls it
_BROKEN = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)
_UNREACHED = ("ClientConnector", "ConnectionTimeoutError")  # as aiohttp begins the names of such errors


@dataclass(frozen=True)
class Access:
    """Where a model is asked and with which key: what an error may show, and what it must not.

    Attributes:
        model: `provider/name`.
        endpoint: the base URL without credentials.
        key: sent with every request, never shown.
        key_name: where a user sets the key.
        secrets: what else is sent and never shown.
    """

    model: str
    endpoint: str
    key: str = field(repr=False)
    key_name: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def redacted(self, text: str) -> str:
        """`text` on one line of readable length, without the key and what can't be printed."""
        for secret in (self.key, *self.secrets):
            if len(secret) >= 8:  # a shorter one is a placeholder such as "EMPTY", and a word of many messages
                text = text.replace(secret, "[key]")
        line = " ".join(redacted(text).split())
        line = "".join(letter if letter.isprintable() else "\ufffd" for letter in line[:301])
        return line if len(line) <= 300 else line[:299] + "…"


def held_back(error: Exception, access: Access) -> ParsedReply | None:
    """What a provider answers where it held back the prompt or the reply: a refusal, in its words. Or nothing.

    Its tokens are unknown: some providers bill such a call, and none reports them.
    """
    if not isinstance(error, ErrorReply):
        return None
    body = ErrorBody.of(error.body)
    if not body.moderated or (error.status or body.status) not in _HOLDS_BACK:
        return None
    return ParsedReply(access.redacted(body.words), "refusal", Usage(calls=1, unmetered=1))


def translated(error: Exception, access: Access) -> BackendError:
    """Our error for what a transport or a reader of replies raised.

    Don't chain the two: theirs quotes what the provider sent, key included.
    """
    if isinstance(error, ErrorReply):
        return _refusal(error, ErrorBody.of(error.body), access)
    if isinstance(error, Broken):
        return Unavailable(_unconnected(error, access), model=access.model)
    if isinstance(error, Silent):
        message = f"{access.model} sent nothing for {error.seconds:g} s in the middle of its reply; raise idle_seconds"
        return TimedOut(message, model=access.model)
    if isinstance(error, ValidationError):
        reason, way_out = access.redacted(_flaw(error)), "is the base URL right?"
    else:
        reason, way_out = access.redacted(str(error)), "try again"
    message = f"{access.endpoint} sent no usable reply ({reason}); {way_out}"
    return Unavailable(message, model=access.model, status=error.status if isinstance(error, Unusable) else 200)


def _refusal(error: ErrorReply, body: ErrorBody, access: Access) -> BackendError:
    status, words = error.status or body.status, access.redacted(body.words)
    kind, fact, way_out = _judged(status, body.codes, words, access)
    if kind is InvalidRequest and ("context_length_exceeded" in body.codes or _TOO_LONG.search(words)):
        kind = PromptTooLong
    message = f"{fact} ({status})" + (f": {words}" if words else "") + (f"; {way_out}" if way_out else "")
    headers: Mapping[str, str] = error.headers or {}
    request_id = headers.get("x-request-id") or headers.get("request-id")
    return kind(
        message,
        model=access.model,
        status=status,
        request_id=request_id and access.redacted(request_id),
        retry_after=_first(retry_after(headers), body.retry_after),
        quotas=quotas(error.headers.raw if error.headers else ()),
    )


def _first(*seconds: float | None) -> float | None:
    return next((s for s in seconds if s is not None), None)


def _judged(status: int, codes: Collection[Code], words: str, access: Access) -> tuple[type[BackendError], str, str]:
    """The kind of error, the fact, and the way out."""
    model, named = access.model, not _NO_MODEL.isdisjoint(codes)
    if status == 402 or (status == 429 and not _SPENT.isdisjoint(codes)):
        return AuthenticationError, f"{model} has no credit left", "add credit at the provider or use another key"
    if (status in {400, 403, 404, 422} and named) or (status in {400, 404, 422} and _NO_SUCH_MODEL.search(words)):
        return UnknownModel, f"{model} was not found at {access.endpoint}", "check the name of the model"
    if status in {400, 404} and _OTHER_API.search(words):
        return UnknownModel, f"{model} is not served by Chat Completions", "write openai-responses/NAME"
    match status:
        case 401 | 403:
            return AuthenticationError, f"{model} refused the key", f"check {access.key_name}"
        case 404:
            if _NO_SUCH_PLACE.search(words):
                return UnknownModel, f"there is no API at {access.endpoint}", "is the base URL right?"
            return UnknownModel, f"{model} was not found at {access.endpoint}", "check the name of the model"
        case 429:
            return RateLimited, f"{model} is over its rate limit", "lower `concurrency`"
        case 408 | 409 | 499:  # 409 is a lock that was not free in time: both SDKs, too, count it as passing
            return Unavailable, f"{model} did not take the request", "try again"
        case _ if status >= 500:
            return Unavailable, f"{model} failed at the provider", "try again later"
        case _ if status < 400:  # such as 304; and pages to log in to a network are redirected to
            return Unavailable, f"{access.endpoint} sent no reply", "is the base URL right?"
    return InvalidRequest, f"{model} refused the request", ""


def _unconnected(error: Exception, access: Access) -> str:
    causes = _causes(error)
    reason = access.redacted(_in_words(causes[-1]))
    made = isinstance(causes[-1], _BROKEN)  # aiohttp counts the first bytes of a connection to making it
    if not made and any(type(cause).__name__.startswith(_UNREACHED) for cause in causes):
        return f"could not reach {access.endpoint} ({reason}); is the server running?"
    return f"the connection to {access.endpoint} broke off ({reason}); try again"


def _causes(error: BaseException) -> list[BaseException]:
    causes = [error]
    while (earlier := causes[-1].__cause__ or causes[-1].__context__) and earlier not in causes:
        causes.append(earlier)
    return causes


def _in_words(error: BaseException) -> str:
    """The system's words, such as "connection refused"."""
    if isinstance(error, OSError) and (error.errno or 0) > 0:
        return os.strerror(error.errno or 0).lower()
    message = getattr(error, "message", "")  # aiohttp's, which else shows the whole URL with it
    return (message if isinstance(message, str) else "") or str(error) or type(error).__name__


def _flaw(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    what = "no JSON object" if first["type"] in _NO_OBJECT else first["msg"]
    return f"{'.'.join(map(str, first['loc'])) or 'body'}: {what}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `retry-after-ms` or `Retry-After` (seconds or an HTTP date), or `None` without either."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
        return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
