"""Send nothing more when nothing is answered any more."""

from __future__ import annotations

from dataclasses import dataclass, field

from promptkit.backend import Wrapper
from promptkit.errors import AuthenticationError, InvalidRequest, ModelDown, PromptkitError, Unavailable, UsageError
from promptkit.types import Completion, Prompt

NOT_FOUND = 404  # the provider does not know the model


@dataclass
class _State:
    failures: int = 0
    reason: PromptkitError | None = None


@dataclass(frozen=True)
class Breaker(Wrapper):
    """Lets no call through any more after one that failed for a reason all calls share.

    A refused key, missing credit and an unknown model are such reasons at once; a model out of reach is one after
    `failures` calls in a row, attempts included when it stands inside a `Retry`. A busy model (429) is none. Every
    later call raises the same error, so nobody waits for what can't come, and a run stops within a few calls.

    Attributes:
        failures: how many calls in a row may find the model out of reach.

    Raises:
        UsageError: `failures` is not positive.
    """

    failures: int = 20
    _state: _State = field(default_factory=_State, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.failures < 1:
            raise UsageError(f"a breaker after {self.failures} failures would never ask; give 1 or more")

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask, unless it is known to be no use.

        Raises:
            ModelDown: the model was out of reach too often.
            BackendError: as the model raised it, to this call or to the one that told all.
        """
        if self._state.reason:
            raise self._state.reason
        try:
            answer = await self.backend.complete(prompt)
        except Unavailable as error:
            self._state.failures += 1
            if self._state.failures < self.failures:
                raise
            raise self._stopped(ModelDown(f"{self.model} failed {self.failures} times in a row: {error}")) from None
        except AuthenticationError as error:
            raise self._stopped(error) from None
        except InvalidRequest as error:
            self._state.failures = 0  # it is there, and refuses this request
            raise self._stopped(error) if error.status == NOT_FOUND else error from None
        self._state.failures = 0
        return answer

    def _stopped(self, reason: PromptkitError) -> PromptkitError:
        self._state.reason = self._state.reason or reason
        return self._state.reason
