"""Ask every call once: a persistent cache around a model."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from promptkit.backend import Wrapper
from promptkit.record.calls import CallStore
from promptkit.record.identity import call_key
from promptkit.streaming import emit
from promptkit.types import Completion, Prompt


@dataclass(frozen=True)
class Cache(Wrapper):
    """Answers a call that `store` has from there, and records every other one before its reply is used.

    A call is known by model, endpoint, messages, parameters and draw (`promptkit.record.identity`). The same call asked
    twice at the same time is sent once. A reply from the cache is marked `cached` and tells the usage it had when it
    was paid for. Errors are not kept. Close the store after the last call; closing the cache closes only the model.
    """

    store: CallStore
    _in_the_air: dict[str, asyncio.Task[Completion]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    async def complete(self, prompt: Prompt) -> Completion:
        """The recorded reply, or the model's."""
        key = call_key(self.backend, prompt)
        if found := self.store.get(key):
            return emit(found)
        if key in self._in_the_air:
            shared = await asyncio.shield(self._in_the_air[key])
            return emit(shared.model_copy(update={"cached": True}))
        task = asyncio.create_task(self._ask(key, prompt))
        self._in_the_air[key] = task
        task.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Wait for the calls in the air, so that what they cost is not lost, and close the model."""
        await asyncio.gather(*self._in_the_air.values(), return_exceptions=True)
        await super().aclose()

    def _landed(self, key: str, task: asyncio.Task[Completion]) -> None:
        self._in_the_air.pop(key, None)
        if not task.cancelled():
            task.exception()  # whoever still waits gets it; asyncio complains when nobody does

    async def _ask(self, key: str, prompt: Prompt) -> Completion:
        answer = await self.backend.complete(prompt)
        await self.store.put(key, self.endpoint, answer)
        return answer.model_copy(update={"key": key})
