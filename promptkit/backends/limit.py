"""At most so many calls at the same time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from promptkit.backend import Wrapper
from promptkit.backends._per_loop import PerLoop
from promptkit.errors import UsageError
from promptkit.types import Completion, Prompt


@dataclass(frozen=True)
class Limit(Wrapper):
    """Lets at most `concurrency` calls be under way; the others wait their turn, first come first served.

    Around a `Retry`, a call that waits to be tried again keeps its place, so a busy provider slows all calls down.

    Raises:
        UsageError: `concurrency` is not positive.
    """

    concurrency: int
    _places: PerLoop[asyncio.Semaphore] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.concurrency < 1:
            raise UsageError(f"a concurrency of {self.concurrency} would never ask; give 1 or more")
        object.__setattr__(self, "_places", PerLoop(lambda: asyncio.Semaphore(self.concurrency)))

    async def complete(self, prompt: Prompt) -> Completion:
        """Ask when there is a place."""
        async with self._places.get():
            return await self.backend.complete(prompt)
