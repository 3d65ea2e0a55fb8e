"""Send nothing more when nothing is answered any more."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptkit.backend import Wrapper
from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    RateLimited,
    UnknownModel,
    UsageError,
)
from promptkit.types import Completion, Prompt
from promptkit.wrappers.stop import Stop


@dataclass
class _State:
    """How many calls were let through, how many failures were counted in a row, and after which call the last one."""

    sent: int = 0
    failures: int = 0
    counted_at: int = 0


@dataclass(frozen=True)
class Breaker(Wrapper):
    """Lets no call through any more after one that failed for a reason all calls share.

    A refused key, missing credit, an unknown model and a wait beyond `longest_wait` are such reasons at once; a model
    out of reach is one after `failures` calls in a row, attempts included when it stands inside a `Retry`, and those in
    the air at the same time counted once. A busy model (429) is none. Every later call raises the same error, so nobody
    waits for what can't come, and a run stops within a few calls.

    Attributes:
        failures: how many calls in a row may find the model out of reach.
        longest_wait: seconds that the model may ask to wait.
        stop: told the reason, for others that send or wait.

    Raises:
        UsageError: `failures` is not positive.
    """

    failures: int = 20
    longest_wait: float = field(default=900.0, kw_only=True)
    stop: Stop = field(default_factory=Stop, kw_only=True, repr=False, compare=False)
    _state: _State = field(default_factory=_State, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.failures < 1:
            raise UsageError(f"a breaker after {self.failures} failures would never ask; give 1 or more")

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask, unless it is known to be no use.

        Raises:
            ModelDown: the model was out of reach too often, or asks to wait too long.
            BackendError: as the model raised it, to this call or to the one that told all.
        """
        self.stop.check()
        state = self._state
        state.sent += 1
        number = state.sent
        try:
            answer = await self.backend.complete(prompt)
        except BackendError as error:
            if reason := self._reason(number, error):
                self.stop(reason)
                raise self.stop.reason or reason from None
            raise
        state.failures = 0
        return answer

    def _reason(self, number: int, error: BackendError) -> PromptkitError | None:
        """Why nothing more is to be sent after this error, if so."""
        state = self._state
        if isinstance(error, AuthenticationError):
            return error
        if isinstance(error, InvalidRequest):
            state.failures = 0  # it is there, and refuses this request
            return error if isinstance(error, UnknownModel) else None
        if error.retry_after is not None and error.retry_after > self.longest_wait:
            return ModelDown(f"{self.name} asks to wait {error.retry_after:.0f} s; go on later")
        if isinstance(error, RateLimited) or number <= state.counted_at:
            return None
        state.failures, state.counted_at = state.failures + 1, state.sent
        if state.failures < self.failures:
            return None
        return ModelDown(f"{self.name} failed {self.failures} times in a row: {error}")
