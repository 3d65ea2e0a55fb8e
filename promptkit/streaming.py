"""Stream replies as they are written: a listener in a context variable, so that no signature has to carry it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from promptkit.loops import restore
from promptkit.types import Completion

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a reply.

    Attributes:
        text: what the reply continues with.
        path: the steps that lead to the call, as in `draft/draw 0`; `""` for a model that is asked without a strategy.
        by: who answers: the model, as `provider/name`.
        restart: the pieces of this call so far are void, and its text starts over with this one. It happens when a
            reply broke off in the middle and is asked for again.
    """

    text: str
    path: str = ""
    by: str = ""
    restart: bool = False


async def _at_once() -> None:
    """No wait."""


class _Listener(NamedTuple):
    on_delta: Callable[[Delta], None]
    drain: Callable[[], Awaitable[None]] = _at_once
    path: str = ""


_listener: ContextVar[_Listener | None] = ContextVar("promptkit_listener", default=None)


@contextmanager
def stream_to(on_delta: Callable[[Delta], None], *, drain: Callable[[], Awaitable[None]] = _at_once) -> Iterator[None]:
    """Call `on_delta` with every piece of every reply that is asked for inside the block, also by tasks it starts.

    Hosted models then send their replies as streams, and so do models in this process; a reply from a cache or a
    cassette comes as one piece. The pieces of a call, from its last restart on, are exactly the text of its completion.
    Pieces of concurrent calls come interleaved; their paths distinguish them. Inside nested blocks only the innermost
    `on_delta` is called. It runs in the thread of the event loop and holds the loop up, so it should be quick. An
    exception that it raises ends the call.

    `drain` holds the calls back until `on_delta` can take more: it is awaited after each piece that a hosted model
    sends, before more is read, and before each call of a strategy. That time counts for the time limits of the calls.
    """
    token = _listener.set(_Listener(on_delta, drain))
    try:
        yield
    finally:
        restore(_listener, token)


@contextmanager
def muted() -> Iterator[None]:
    """Stream nothing inside the block, such as a reply that is still to be edited: `emit` the edited one after it."""
    token = _listener.set(None)
    try:
        yield
    finally:
        restore(_listener, token)


@contextmanager
def never_held_back() -> Iterator[None]:
    """Inside the block no `drain` is awaited: for a call that others wait for as well, who may read faster."""
    here = _listener.get()
    token = _listener.set(here and here._replace(drain=_at_once))
    try:
        yield
    finally:
        restore(_listener, token)


def listening() -> bool:
    """Whether somebody listens here, so that hosted models send their replies as streams."""
    return _listener.get() is not None


async def drain() -> None:
    """Wait until the listener can take more; not at all where nobody listens."""
    here = _listener.get()
    if here is not None:
        await here.drain()


async def at_step(step: str, answering: Awaitable[T]) -> T:
    """Await `answering`; the pieces of its calls have `step` at the end of their path."""
    here = _listener.get()
    if here is None or not step:
        return await answering
    token = _listener.set(here._replace(path=f"{here.path}/{step}" if here.path else step))
    try:
        return await answering
    finally:
        restore(_listener, token)


class DeltaStream:
    """The pieces of one call, on their way to the listener."""

    def __init__(self, listener: _Listener, by: str) -> None:
        self._listener, self._by = listener, by
        self._emitted: list[str] = []

    def emit(self, text: str) -> None:
        """Send the next piece, unless it is empty."""
        if text:
            self._emitted.append(text)
            self._send(text)

    async def drain(self) -> None:
        """Wait until the listener can take more."""
        await self._listener.drain()

    def restart(self) -> None:
        """Void the pieces so far, if there are any."""
        if self._emitted:
            self._emitted.clear()
            self._send("", restart=True)

    def reconcile(self, text: str) -> None:
        """Make the pieces add up to `text`: send all of it again when they do not."""
        if "".join(self._emitted) != text:
            self.restart()
            self.emit(text)

    def _send(self, text: str, *, restart: bool = False) -> None:
        self._listener.on_delta(Delta(text, self._listener.path, self._by, restart))


def delta_stream(by: str) -> DeltaStream | None:
    """The stream of a call that `by` answers, or `None` where nobody listens."""
    here = _listener.get()
    return here and DeltaStream(here, by)


def emit(answer: Completion) -> Completion:
    """Stream `answer` as one piece, and return it: how `complete` of a backend of your own ends if it does not stream.

    A completion that was made in steps is not streamed again: its calls were.
    """
    if not answer.steps and (stream := delta_stream(answer.by)):
        stream.reconcile(answer.text)
    return answer
