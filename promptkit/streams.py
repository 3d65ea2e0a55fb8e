"""A reply as an iterator: its pieces as they are written, and at last the completion."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Self

from promptkit.arguments import require_type
from promptkit.backend import Backend, require_backend
from promptkit.errors import TimedOut, UsageError
from promptkit.ledger import Ledger
from promptkit.streaming import Delta, stream_to
from promptkit.sync import wait_for
from promptkit.types import Completion, Prompt, Usage

AHEAD = 64  # pieces that may wait for who reads them, before the calls are held back


def stream(backend: Backend, prompt: Prompt | str, *, seconds: float | None = None) -> Stream:
    """Complete `prompt` (a text is one user turn) piece by piece.

        async with stream(strategy, prompt) as pieces:
            async for piece in pieces:
                match piece:
                    case Delta(text=text, path="revision"): ...
                    case Completion(): ...

    It yields a `Delta` for each piece of each call, as `stream_to` describes them, and ends with the `Completion`. An
    error is raised out of the loop. Nothing is asked before the first piece is wanted, and what holds where `stream` is
    called, such as a `Ledger`, holds for its calls.

    Who reads slowly holds the calls back, so that memory stays bounded; that time counts for their time limits, and a
    call that is held back keeps its place in a `Limit`: give `seconds` where readers may stall. Leaving
    the `async with` cancels the calls that are not answered; `aclose` does, too, and so does losing the last reference
    to the stream. Only a `Cache` finishes and keeps the call that was sent. `usage` is what was answered by then.

    Several tasks may read it, each piece goes to one of them, and any may close it; all of them in one event loop.
    `for piece in stream(…)` is the same without `await`, as `run` is; breaking off that loop closes the stream.

    Args:
        backend: what is asked.
        prompt: the question.
        seconds: the time for all of it; `None` is no limit.

    Raises:
        TimedOut: out of the loop, when the time is over.
        UsageError: `seconds` is not positive; or, out of the loop, the stream is read in another event loop than the
            one in which it began (`for` has one of its own).
        TypeError: `backend` is not a backend, `prompt` neither a `Prompt` nor a text, or `seconds` no number.
    """
    return Stream(require_backend(backend), Prompt.parse(prompt), seconds)


class Stream(AsyncIterator[Delta | Completion]):
    """What `stream` returns."""

    def __init__(self, backend: Backend, prompt: Prompt, seconds: float | None) -> None:
        require_type("seconds", seconds, "a number", optional=True)
        if seconds is not None and not seconds > 0:
            raise UsageError(f"seconds must be positive, got {seconds:g}")
        self._asked = backend, prompt, seconds
        self._context = contextvars.copy_context()
        self._ledger, self._pieces = Ledger(), _Pieces()
        self._task: asyncio.Task[Completion] | None = None

    @property
    def completions(self) -> tuple[Completion, ...]:
        """What was answered so far: the completion, or the steps of a strategy that has not answered yet."""
        return (self._pieces.completion,) if self._pieces.completion else self._ledger.completions

    @property
    def usage(self) -> Usage:
        """What was consumed by all that was answered so far."""
        return sum((answered.usage for answered in self.completions), Usage())

    async def __anext__(self) -> Delta | Completion:
        if self._task is None and not self._pieces.ended:
            asking = _complete(*self._asked, self._pieces, self._ledger)
            self._task = asyncio.get_running_loop().create_task(asking, context=self._context)
            self._task.add_done_callback(self._pieces.end)  # not a method of ours: the task must not keep us alive
        elif self._begun_elsewhere():
            raise UsageError(
                "a stream is read in the event loop in which it began; go on there, or read all of it with `for`"
            )
        return await self._pieces.next()

    def _begun_elsewhere(self) -> bool:
        """Whether its calls belong to another loop, which would have to be asked for every piece."""
        return self._task is not None and self._task.get_loop() is not asyncio.get_running_loop()

    async def aclose(self) -> None:
        """Cancel the calls, and wait until they are. Who reads on finds no more pieces.

        In another event loop than that in which it began it waits for nothing.
        """
        if self._begun_elsewhere():
            self._abandon()
            return
        self._pieces.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    def __iter__(self) -> Iterator[Delta | Completion]:
        try:
            while True:
                yield wait_for(anext(self))
        except StopAsyncIteration:
            return
        finally:
            wait_for(self.aclose())

    def __del__(self) -> None:
        self._abandon()

    def _abandon(self) -> None:
        task = getattr(self, "_task", None)
        if task is None or task.done():
            return
        with contextlib.suppress(RuntimeError):  # the loop is closed, and its tasks with it
            for end in (self._pieces.close, task.cancel):  # in the loop's thread: this may be another one
                task.get_loop().call_soon_threadsafe(end)


async def _complete(
    backend: Backend, prompt: Prompt, seconds: float | None, pieces: _Pieces, ledger: Ledger
) -> Completion:
    try:
        with ledger, stream_to(pieces.add, drain=pieces.drain):
            async with asyncio.timeout(seconds) as limit:
                return await backend.complete(prompt)
    except TimeoutError:
        if not limit.expired():
            raise
    name = str(getattr(backend, "name", type(backend).__name__))
    error = TimedOut(f"{name} was not done within {seconds:g} s; raise `seconds`", model=name)
    error.completions = ledger.completions
    raise error


class _Pieces:
    """The pieces that wait to be read, and how it ended."""

    def __init__(self) -> None:
        self.ended = False
        self.completion: Completion | None = None
        self._waiting: deque[Delta | Completion] = deque()
        self._error: BaseException | None = None
        self._news, self._room = asyncio.Event(), asyncio.Event()
        self._room.set()

    def add(self, piece: Delta | Completion) -> None:
        if not self.ended:
            self._waiting.append(piece)
            self._news.set()
            if len(self._waiting) >= AHEAD:
                self._room.clear()

    async def drain(self) -> None:
        await self._room.wait()

    async def next(self) -> Delta | Completion:
        while not self._waiting:
            if self.ended:
                error, self._error = self._error, None
                raise error or StopAsyncIteration
            self._news.clear()
            await self._news.wait()
        piece = self._waiting.popleft()
        if len(self._waiting) < AHEAD:
            self._room.set()
        return piece

    def end(self, task: asyncio.Task[Completion]) -> None:
        """Take over what became of `task`."""
        self._error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if self._error is None:
            self.completion = task.result()
            self.add(self.completion)
        if self.ended:  # closed before: nobody reads on
            self._error = None
        self._over()

    def close(self) -> None:
        """Drop what waits; what comes yet is dropped as well."""
        self._waiting.clear()
        self._over()

    def _over(self) -> None:
        self.ended = True
        self._news.set()
        self._room.set()
