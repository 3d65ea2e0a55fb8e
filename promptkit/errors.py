"""Every error that promptkit raises.

PromptkitError
  UsageError             a mistake in how promptkit was called: an option, a specification, a file
    TemplateError        unknown template, or a variable without a value
  AnswerNotFound         no answer where one was needed
  NotGraded              a reply could not be graded
  BackendError           the model could not be asked
    AuthenticationError  never retried
    InvalidRequest       never retried: refused parameter
      UnknownModel       never retried: the provider does not know the model
      PromptTooLong      never retried: it does not fit the model's context
    RateLimited          retried, after `retry_after` seconds where the provider asks for a wait
    Unavailable          retried: connection, 5xx, malformed reply
      TimedOut           retried: no reply in time
  BudgetExceeded         nothing more is sent
  Stopped                a stop was requested; nothing more is sent
    StillWaiting         batches are not answered yet; resume the run later
  ModelDown              no call reaches the model; nothing more is sent
  RecordError            the record of a run or a cache can't be read or written; nothing more is sent
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from promptkit.types import Completion, Quota, Usage


class PromptkitError(Exception):
    """The root. `completions` are the calls answered before it was raised, so that nothing paid for is lost."""

    completions: tuple[Completion, ...] = ()

    @property
    def usage(self) -> Usage:
        """What the calls consumed that were answered before it was raised."""
        from promptkit.types import Usage  # pydantic, which the command line does without until it is needed

        return sum((answered.usage for answered in self.completions), Usage())

    def __copy__(self) -> Self:
        """The same error, for another caller: each adds the `completions` of its own to the one it raises."""
        twin = type(self).__new__(type(self), *self.args)  # not __init__: an error may have other arguments there
        twin.__dict__.update(self.__dict__)
        return twin.with_traceback(self.__traceback__)


class UsageError(PromptkitError, ValueError):
    """A mistake in how promptkit was called, found before anything is sent."""


class TemplateError(UsageError):
    """A template that does not exist, does not parse, or needs a variable that has no value.

    Attributes:
        file: the template's file, where the mistake is in one.
        line: its line there, from 1.
    """

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.file = file
        self.line = line


class AnswerNotFound(PromptkitError):
    """No reply had an answer where one was needed. `completions` holds the replies."""


class NotGraded(PromptkitError):
    """A reply could not be graded: its grader failed or took too long. The reply is neither right nor wrong."""


class BackendError(PromptkitError):
    """The model could not be asked.

    Attributes:
        model: the model asked, as `provider/name`.
        status: the HTTP status, where there was one.
        request_id: the provider's identifier of the request, to quote to its support.
        retry_after: seconds that the provider asked to wait, if it did.
        quotas: what is left of the provider's rate limits, as it reports it.
    """

    def __init__(
        self,
        message: str,
        *,
        model: str = "",
        status: int | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        quotas: tuple[Quota, ...] = (),
    ) -> None:
        super().__init__(message)
        self.model = model
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after
        self.quotas = quotas


class AuthenticationError(BackendError):
    """The key is missing, wrong, lacks permission, or has no credit left. Never retried."""


class InvalidRequest(BackendError):
    """The request can't succeed as it is: too long, unknown model, refused parameter. Never retried."""


class UnknownModel(InvalidRequest):
    """The provider does not know the model, or there is no such address. Never retried: no other call would succeed."""


class PromptTooLong(InvalidRequest):
    """The prompt, together with the reply asked for, does not fit the model's context. Never retried."""


class RateLimited(BackendError):
    """The provider asked us to slow down. Retried."""


class Unavailable(BackendError):
    """No usable reply: refused connection, timeout, server error, malformed body. Retried."""


class TimedOut(Unavailable):
    """No reply within the time that a call may take. Retried."""


class BudgetExceeded(PromptkitError):
    """The budget would be exceeded by the next call; nothing more is sent.

    Attributes:
        spent: how much was spent, in the unit of `limit`.
        limit: how much was allowed.
    """

    def __init__(self, message: str, *, spent: float, limit: float) -> None:
        super().__init__(message)
        self.spent = spent
        self.limit = limit


class Stopped(PromptkitError):
    """A stop was requested, or the time was up. Nothing more is sent; calls in flight were finished."""


class StillWaiting(Stopped):
    """Submitted batches are not answered yet, and were waited for long enough. Resume the run later."""


class ModelDown(PromptkitError):
    """Many calls in a row did not reach the model. Nothing more is sent: it would be retried in vain."""


class RecordError(PromptkitError):
    """The record of a run, or a cache, can't be read or written. Nothing more is sent: no reply could be kept."""
