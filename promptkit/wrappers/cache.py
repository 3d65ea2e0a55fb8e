"""Ask every call once: a persistent cache around a model."""

from __future__ import annotations

import asyncio
import copy
from typing import Protocol

from promptkit.backend import Model
from promptkit.errors import PromptkitError
from promptkit.record.identity import call_key
from promptkit.streaming import emit, never_held_back
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper


class Calls(Protocol):
    """Where answered calls are kept: `CallStore` on disk."""

    def get(self, key: str) -> Completion | None:
        """The call with this key, marked `cached`, when it is there."""
        ...

    async def put(self, key: str, endpoint: str, call: Completion) -> None:
        """Keep a call; returns when it is safe."""
        ...


class Cache(Wrapper):
    """Answers a call that `store` has from there, and records every other one before its reply is used.

    A call is known by model, endpoint, messages, parameters and draw (`promptkit.record.identity`). The same call asked
    twice at the same time is sent once. A reply from the cache is marked `cached` and has the usage of when it was
    paid for. Errors are not kept; of a call that several wait for, each gets an error of its own. A call is finished
    and recorded also when nobody waits for it any more. Close the store after the last call; closing the cache closes
    only the model.

    Args:
        backend: the model.
        store: where calls are looked up and recorded.
        known_at: the endpoint under which calls are known, for a model that has moved; by default its own.
    """

    def __init__(self, backend: Model, store: Calls, *, known_at: str | None = None) -> None:
        super().__init__(backend)
        self.store = store
        self._known_at = known_at
        self._in_flight: dict[str, asyncio.Task[Completion]] = {}

    @property
    def endpoint(self) -> str:
        """Under which its calls are known."""
        return self.backend.endpoint if self._known_at is None else self._known_at

    async def answer(self, prompt: Prompt) -> Completion:
        """The recorded reply, or the model's."""
        key = call_key(self, prompt)
        if found := self.store.get(key):
            return emit(found)
        if task := self._in_flight.get(key):
            return emit((await _result(task)).model_copy(update={"cached": True}))
        task = asyncio.create_task(self._ask(key, prompt))
        self._in_flight[key] = task
        task.add_done_callback(lambda done: self._finish(key, done))
        return await _result(task)

    async def aclose(self) -> None:
        """Wait for the calls in flight, so that what they cost is not lost, and close the model."""
        await asyncio.gather(*self._in_flight.values(), return_exceptions=True)
        await super().aclose()

    def _finish(self, key: str, task: asyncio.Task[Completion]) -> None:
        del self._in_flight[key]
        if not task.cancelled():
            task.exception()  # whoever still waits gets it; asyncio complains when nobody does

    async def _ask(self, key: str, prompt: Prompt) -> Completion:
        with never_held_back():
            answer = await self.backend.complete(prompt)
        await self.store.put(key, self.endpoint, answer)
        return answer.model_copy(update={"key": key})


async def _result(task: asyncio.Task[Completion]) -> Completion:
    try:
        return await asyncio.shield(task)
    except PromptkitError as error:
        raise copy.copy(error) from error.__cause__  # each who waits adds its own completions to it
