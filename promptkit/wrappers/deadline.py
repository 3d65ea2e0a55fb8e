"""The time that all calls of one attempt have together."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass

from promptkit.backend import Wrapper
from promptkit.errors import TimedOut
from promptkit.types import Completion, Prompt

_until: ContextVar[float | None] = ContextVar("until", default=None)  # by the clock of the loop


def start_deadline(seconds: float | None) -> None:
    """What is asked from here on, in this task and those it starts, is answered within so many seconds."""
    _until.set(None if seconds is None else asyncio.get_running_loop().time() + seconds)


@dataclass(frozen=True)
class Deadline(Wrapper):
    """Cancels a call when the time of its attempt is over, waits and retries inside it included.

    It belongs inside a `Cache`: then what was answered before is kept, and is answered from there at any time.

    Attributes:
        seconds: as given to `begin`, to tell.
    """

    seconds: float

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask while there is time.

        Raises:
            TimedOut: there is none left.
        """
        until = _until.get()
        if until is None or until > asyncio.get_running_loop().time():
            try:
                async with asyncio.timeout_at(until):
                    return await self.backend.complete(prompt)
            except TimeoutError:
                pass
        message = f"{self.name} was not done within the {self.seconds:g} s of an item; raise --item-seconds"
        raise TimedOut(message, model=self.name)
