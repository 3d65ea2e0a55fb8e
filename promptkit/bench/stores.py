"""Where the calls of a run are kept when it has no directory, and who learns of each that is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from promptkit.errors import RecordError
from promptkit.types import Completion, Usage
from promptkit.wrappers.cache import Calls
from promptkit.wrappers.stop import Stop


class CallsInMemory:
    """Calls by key, as long as this object lives."""

    def __init__(self) -> None:
        self._calls: dict[str, Completion] = {}

    def get(self, key: str) -> Completion | None:
        """The call, marked `cached`, when it is there."""
        return self._calls.get(key)

    async def put(self, key: str, endpoint: str, call: Completion) -> None:  # noqa: ARG002 - it is part of the key
        """Keep a call."""
        self._calls[key] = call.model_copy(update={"cached": True, "key": key})


Recorded = Callable[[str], Completion | None]  # the call with a key


@dataclass(frozen=True)
class OnRecord:
    """Calls that are paid already, and use nothing; no other is kept."""

    find: Recorded

    def get(self, key: str) -> Completion | None:
        """The call, when it is on record."""
        found = self.find(key)
        return found and found.model_copy(update={"usage": Usage()})

    async def put(self, key: str, endpoint: str, call: Completion) -> None:
        """Nothing."""


@dataclass(frozen=True)
class CountedCalls:
    """`calls`, and `answered` is called with each that is answered, once it is safe; not with those found there."""

    calls: Calls
    answered: Callable[[Completion], None]

    def get(self, key: str) -> Completion | None:
        """As `calls` has it."""
        return self.calls.get(key)

    async def put(self, key: str, endpoint: str, call: Completion) -> None:
        """Keep a call, and report it."""
        await self.calls.put(key, endpoint, call)
        self.answered(call)


@dataclass(frozen=True)
class StoppingCalls:
    """`calls`, and the end of the run as soon as one can't be kept: whatever was sent after it would be paid again."""

    calls: Calls
    stop: Stop

    def get(self, key: str) -> Completion | None:
        """As `calls` has it."""
        return self.calls.get(key)

    async def put(self, key: str, endpoint: str, call: Completion) -> None:
        """Keep a call, or stop."""
        try:
            await self.calls.put(key, endpoint, call)
        except RecordError as error:
            self.stop(error)
            raise
