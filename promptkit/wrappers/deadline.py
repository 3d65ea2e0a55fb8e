"""The time that all calls of one attempt have together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from promptkit.errors import TimedOut
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper


class _TimeLimit(NamedTuple):
    seconds: float
    ends: float  # by the clock of the loop


_limit: ContextVar[_TimeLimit | None] = ContextVar("promptkit_time_limit", default=None)


@contextmanager
def time_limit(seconds: float | None) -> Iterator[None]:
    """Inside the block, `Deadline` cancels what is not answered within `seconds` of its beginning; `None` is no limit.

    It holds for the tasks that are started inside, too. Enter it in a running event loop, by whose clock it counts.
    """
    limit = None if seconds is None else _TimeLimit(seconds, asyncio.get_running_loop().time() + seconds)
    token = _limit.set(limit)
    try:
        yield
    finally:
        _limit.reset(token)


class Deadline(Wrapper):
    """Cancels a call when the `time_limit` around it is over, waits and retries inside it included.

    It belongs inside a `Cache`: then what was answered before is kept, and is answered from there at any time.
    """

    async def answer(self, prompt: Prompt) -> Completion:
        """Ask while there is time.

        Raises:
            TimedOut: there is none left.
        """
        limit = _limit.get()
        if limit is None:
            return await self.backend.complete(prompt)
        if limit.ends > asyncio.get_running_loop().time():
            try:
                async with asyncio.timeout_at(limit.ends):
                    return await self.backend.complete(prompt)
            except TimeoutError:
                pass
        message = f"{self.name} was not done within the {limit.seconds:g} s of an item; raise --item-seconds"
        raise TimedOut(message, model=self.name)
