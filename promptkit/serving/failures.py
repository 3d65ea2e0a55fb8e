"""Errors as HTTP tells them: the provider's own status where it gave one, and OpenAI's JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from promptkit.errors import (
    AnswerNotFound,
    AuthenticationError,
    BackendError,
    BudgetExceeded,
    InvalidRequest,
    PromptkitError,
    RateLimited,
    TimedOut,
    UnknownModel,
    UsageError,
)
from promptkit.serving.fields import Refused

_STATUSES: tuple[tuple[type[Exception], int, str], ...] = (
    (BudgetExceeded, 402, "budget_exceeded"),  # not 429: who tries again would exceed it again
    (TimedOut, 504, "timeout"),
    (RateLimited, 429, "rate_limit_exceeded"),
    (AuthenticationError, 401, "provider_authentication"),  # of the server's key there; its message says so
    (UnknownModel, 404, "provider_model_not_found"),
    (InvalidRequest, 400, "invalid_request"),
    (BackendError, 503, "provider_unavailable"),
    (AnswerNotFound, 422, "answer_not_found"),
    (UsageError, 400, "invalid_request"),
    (PromptkitError, 500, "failed"),
)


@dataclass(frozen=True)
class Failure:
    """An error as it is sent.

    Attributes:
        status: the HTTP status.
        body: JSON.
        headers: more headers.
    """

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def failure_of(error: Exception) -> Failure:
    """How `error` is reported. What is not an error of promptkit is a fault in the server, told without its words."""
    if isinstance(error, Refused):
        return _failure(error.status, str(error), error.code, error.parameter)
    found = next(((status, code) for kind, status, code in _STATUSES if isinstance(error, kind)), None)
    if found is None:
        return _failure(500, "the server failed; its log has the reason", "server_error")
    status, code = found
    if isinstance(error, BackendError):
        status = error.status if error.status and 400 <= error.status < 600 else status
    headers: dict[str, str] = {}
    if isinstance(error, BackendError) and error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    failed = _failure(status, str(error), code)
    return Failure(failed.status, failed.body, headers)


def _failure(status: int, message: str, code: str, parameter: str | None = None) -> Failure:
    kind = "invalid_request_error" if status < 500 and status not in (402, 429) else "server_error"
    return Failure(status, {"error": {"message": message, "type": kind, "param": parameter, "code": code}})
