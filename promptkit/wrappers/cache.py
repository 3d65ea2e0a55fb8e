"""Ask every call once: a persistent cache around a model."""

from __future__ import annotations

import asyncio
import copy
import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from promptkit.arguments import require_methods, require_type
from promptkit.backend import Model
from promptkit.errors import PromptkitError
from promptkit.loops import Outcome, goes_on
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
    twice at the same time, in any event loops and threads, is sent once; when whoever sent it is cancelled with its
    loop, another one who waits sends it again. A reply from the cache is marked `cached` and has the usage of when it
    was paid for. Errors are not kept; of a call that several wait for, each gets an error of its own. A call is
    finished and recorded also when nobody waits for it any more. Close the store after the last call; closing the cache
    closes only the model.

    Args:
        backend: the model.
        store: where calls are looked up and recorded.
        known_at: the endpoint under which calls are known, for a model that has moved; by default its own.

    Raises:
        TypeError: `store` is not a store.
    """

    def __init__(self, backend: Model, store: Calls, *, known_at: str | None = None) -> None:
        super().__init__(backend)
        require_methods("store", store, ("get", "put"), "a store of calls, such as CallStore(path)")
        require_type("known_at", known_at, "a text", optional=True)
        self.store = store
        self._known_at = known_at
        self._lock = threading.Lock()
        self._in_flight: dict[str, _Flight] = {}
        self._landed = 0  # calls that were in flight

    @property
    def endpoint(self) -> str:
        """Under which its calls are known."""
        return self.backend.endpoint if self._known_at is None else self._known_at

    async def answer(self, prompt: Prompt) -> Completion:
        """The recorded reply, or the model's."""
        key = call_key(self, prompt)
        while True:
            landed = self._landed
            if found := self.store.get(key):
                return emit(found)
            flight, leads = self._board(key, landed)
            if flight is None:
                continue
            if leads:
                flight.task = asyncio.create_task(self._ask(key, prompt))
                flight.task.add_done_callback(functools.partial(self._land, key, flight))
                with _error_of_its_own():
                    return await asyncio.shield(flight.task)
            if ended := await flight.ended.get_from(flight.loop):
                if isinstance(ended, BaseException):
                    with _error_of_its_own():
                        raise ended
                return emit(ended.model_copy(update={"cached": True}))

    async def aclose(self) -> None:
        """Wait for the calls in flight, so that what they cost is not lost, and close the model."""
        for flight in list(self._in_flight.values()):
            await flight.ended.get_from(flight.loop)
        await super().aclose()

    def _board(self, key: str, landed: int) -> tuple[_Flight | None, bool]:
        """The call in flight, and whether it is to be sent here; none when one has landed since the store was read."""
        with self._lock:
            flight = self._in_flight.get(key)
            if flight is not None and goes_on(flight.loop):
                return flight, False
            if self._landed != landed:
                return None, False
            flight = self._in_flight[key] = _Flight(asyncio.get_running_loop())
            return flight, True

    def _land(self, key: str, flight: _Flight, task: asyncio.Task[Completion]) -> None:
        with self._lock:
            self._landed += 1
            if self._in_flight.get(key) is flight:
                del self._in_flight[key]
        if task.cancelled():
            flight.ended.set(None)
        else:
            flight.ended.set(task.exception() or task.result())  # who waits gets it; asyncio complains if nobody does

    async def _ask(self, key: str, prompt: Prompt) -> Completion:
        with never_held_back():
            answer = await self.backend.complete(prompt)
        await self.store.put(key, self.endpoint, answer)
        return answer.model_copy(update={"key": key})


class _Flight:
    """A call in flight, in the loop of whoever asked first."""

    __slots__ = ("ended", "loop", "task")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.ended = Outcome[Completion | BaseException | None]()  # nothing when it was cancelled
        self.task: asyncio.Task[Completion] | None = None


@contextmanager
def _error_of_its_own() -> Iterator[None]:
    """Raise a copy of an error that others get too: each adds its own completions to it."""
    try:
        yield
    except PromptkitError as error:
        raise copy.copy(error) from error.__cause__
