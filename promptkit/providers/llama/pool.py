"""Engines of llama.cpp side by side, asked in threads."""

from __future__ import annotations

import asyncio
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from promptkit.errors import UsageError
from promptkit.providers.llama.engine import Engine, Settings

T = TypeVar("T")


class Engines:
    """Engines side by side. The one used last is asked first, so that no more are loaded than are needed."""

    def __init__(self, settings: Settings, count: int, name: str) -> None:
        engines = [Engine(settings) for _ in range(count)]
        self._idle = deque(engines * settings.work.slots)  # one entry for each call that may run
        self._threads = ThreadPoolExecutor(len(self._idle), thread_name_prefix=name)
        self._free = weakref.finalize(self, _free, self._threads, self._idle)  # also when the interpreter exits
        self._name = name
        self._closed = f"{name} is closed; make a new one"

    async def run(self, job: Callable[[Engine], T]) -> T:
        """Run `job` in a thread when an engine is free. A job that has begun runs to its end, also when cancelled."""
        if not self._free.alive:
            raise UsageError(self._closed)
        try:
            running = asyncio.get_running_loop().run_in_executor(self._threads, self._with_engine, job)
        except RuntimeError as error:  # no thread, or closed by now
            raise UsageError(f"{self._name} can't be asked: {error}") from error
        return await running

    async def aclose(self) -> None:
        """Wait for what runs, refuse what waits, and free the engines."""
        if self._free.detach():
            await asyncio.to_thread(self._threads.shutdown)
            _free(self._threads, self._idle)

    def _with_engine(self, job: Callable[[Engine], T]) -> T:
        if not self._free.alive:
            raise UsageError(self._closed)
        engine = self._idle.pop()
        try:
            engine.load()
            return job(engine)
        finally:
            self._idle.append(engine)


def _free(threads: ThreadPoolExecutor, idle: deque[Engine]) -> None:
    threads.shutdown(wait=False, cancel_futures=True)  # it may be one of the threads that runs this
    while idle:
        idle.pop().free()
