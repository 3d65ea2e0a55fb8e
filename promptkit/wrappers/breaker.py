"""Send nothing more when nothing is answered any more."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.backend import Model
from promptkit.errors import (
    BackendError,
    InvalidRequest,
    ModelDown,
    PromptkitError,
    RateLimited,
    UsageError,
)
from promptkit.types import Completion, Prompt
from promptkit.wrappers.stop import Stop, ends_the_run
from promptkit.wrappers.wrapper import Wrapper


@dataclass
class _State:
    """How many calls were let through, how many failures were counted in a row, and after which call the last one."""

    sent: int = 0
    failures: int = 0
    counted_at: int = 0


class Breaker(Wrapper):
    """Lets no call through any more after one that failed for a reason all calls share.

    A refused key, missing credit, an unknown model and a wait beyond `longest_wait` are such reasons at once; a model
    out of reach is one after `failures` calls in a row, attempts included when it stands inside a `Retry`, and those in
    flight at the same time counted once. A busy model (429) is none. Every later call raises the same error, so nobody
    waits for what can't come, and a run stops within a few calls.

    Args:
        backend: the model.
        failures: how many calls in a row may find the model out of reach.
        longest_wait: seconds that the model may ask to wait.
        stop: called with the reason, for others that send or wait.

    Raises:
        UsageError: `failures` is not positive.
    """

    _shown = ("failures",)

    def __init__(
        self, backend: Model, *, failures: int = 20, longest_wait: float = 900.0, stop: Stop | None = None
    ) -> None:
        super().__init__(backend)
        if failures < 1:
            raise UsageError(f"failures must be at least 1, got {failures}")
        self.failures = failures
        self.longest_wait = longest_wait
        self.stop = stop or Stop()
        self._state = _State()

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask, unless it is known to be no use.

        Raises:
            ModelDown: the model was out of reach too often, or asks to wait too long.
            BackendError: as the model raised it, to this call or to the one that stopped all.
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
                self.stop.check()
            raise
        state.failures = 0
        return answer

    def _reason(self, number: int, error: BackendError) -> PromptkitError | None:
        """Why nothing more is to be sent after this error, if so."""
        state = self._state
        if ends_the_run(error):
            return error
        if isinstance(error, InvalidRequest):
            state.failures = 0  # it is there, and refuses this request
            return None
        if error.retry_after is not None and error.retry_after > self.longest_wait:
            return ModelDown(f"{self.name} asks to wait {error.retry_after:.0f} s; resume later")
        if isinstance(error, RateLimited) or number <= state.counted_at:
            return None
        state.failures, state.counted_at = state.failures + 1, state.sent
        if state.failures < self.failures:
            return None
        return ModelDown(f"{self.name} failed {self.failures} times in a row: {error}")
