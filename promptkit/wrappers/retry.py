"""Ask again when a provider is busy or out of reach."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Awaitable, Callable
from typing import NoReturn, cast

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from promptkit.arguments import require_type
from promptkit.backend import Model
from promptkit.errors import BackendError, RateLimited, Unavailable, UsageError
from promptkit.logs import kind, logger
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper

_log = logger("retry")
_jitter = wait_random_exponential(multiplier=2, max=60)


class Retry(Wrapper):
    """Asks again after `RateLimited` and `Unavailable`, with the same prompt and so the same draw.

    Before attempt n+1 it waits a random time between 0 and min(60, 2^n) seconds ("full jitter", so that calls refused
    together don't come back together), on top of the time the provider asked to wait, where it did.

    Args:
        backend: the model.
        attempts: how many times to ask, the first included.
        total_seconds: no attempt starts later than this after the first; a longer wait is not begun.
        on_retry: called before each wait, with the error and the seconds until the next attempt.
        sleep: how to wait, in seconds.
        clock: what time it is, in seconds.

    Raises:
        UsageError: `attempts` is not positive.
        TypeError: an option is not a number.
    """

    _shown = ("attempts", "total_seconds")

    def __init__(
        self,
        backend: Model,
        *,
        attempts: int = 6,
        total_seconds: float = 900.0,
        on_retry: Callable[[BackendError, float], None] = lambda _error, _seconds: None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(backend)
        require_type("attempts", attempts, "a whole number")
        require_type("total_seconds", total_seconds, "a number")
        if attempts < 1:
            raise UsageError(f"attempts must be at least 1, got {attempts}")
        self.attempts = attempts
        self.total_seconds = total_seconds
        self.on_retry = on_retry
        self.sleep = sleep
        self.clock = clock

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask until answered, refused for good, or out of attempts or time.

        Raises:
            BackendError: the last error; when it was worth another attempt, with how many were made in which time.
        """
        started = self.clock()
        try:
            return await self.backend.complete(prompt)
        except (RateLimited, Unavailable) as error:
            return await self._again(prompt, started, error)

    async def _again(self, prompt: Prompt, started: float, first: BackendError) -> Completion:
        """All further attempts. The first is made outside of tenacity, which costs as much CPU as a cached call."""
        failed = [first]

        async def attempt() -> Completion:
            if failed:
                raise failed.pop()
            return await self.backend.complete(prompt)

        def enough(state: RetryCallState) -> bool:
            late = self.clock() - started + state.upcoming_sleep > self.total_seconds
            return late or state.attempt_number >= self.attempts

        def give_up(state: RetryCallState) -> NoReturn:
            error = _error(state)
            final = copy.copy(error)  # the same type and attributes, in other words
            final.args = (self._final_message(error, state.attempt_number, self.clock() - started),)
            raise final from error

        retrying = AsyncRetrying(
            retry=retry_if_exception_type((RateLimited, Unavailable)),
            wait=_wait,
            stop=enough,
            before_sleep=self._before_waiting,
            sleep=self.sleep,
            retry_error_callback=give_up,
        )
        return cast("Completion", await retrying(attempt))

    def _before_waiting(self, state: RetryCallState) -> None:
        error, seconds = _error(state), state.upcoming_sleep
        made = f"attempt {state.attempt_number} of {self.attempts}"
        _log.info("%s: %s failed with %s; the next in %.1f s", self.name, made, kind(error), seconds)
        self.on_retry(error, seconds)

    def _final_message(self, error: BackendError, asked: int, elapsed: float) -> str:
        times = "once" if asked == 1 else f"{asked} times"
        if asked < self.attempts and error.retry_after:
            left = max(0.0, self.total_seconds - elapsed)
            return (
                f"{self.name} asks to wait {error.retry_after:.0f} s, and {left:.0f} of {self.total_seconds:.0f} s "
                "are left for trying; try again later, or raise `total_seconds`"
            )
        if isinstance(error, RateLimited):
            more = "attempts" if asked == self.attempts else "total_seconds"
            return f"{self.name} refused {times} in {elapsed:.0f} s (429); lower `concurrency` or raise `{more}`"
        return f"{self.name} failed {times} in {elapsed:.0f} s: {error}"


def _error(state: RetryCallState) -> BackendError:
    return cast("BackendError", state.outcome.exception() if state.outcome else None)


def _wait(state: RetryCallState) -> float:
    return (_error(state).retry_after or 0.0) + _jitter(state)
