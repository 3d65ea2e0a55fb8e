"""Hear replies as they come: a listener in a context variable, so that no signature has to carry it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from promptkit.types import Completion

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a reply.

    Attributes:
        text: what the model said further.
        path: the steps that lead to the call, as in `draft/draw 0`; `""` for a model that is asked without a strategy.
        by: who answers: the model, as `provider/name`.
        restart: what was heard of this call before is void, and its text begins anew with this piece. So it is when a
            reply broke off in the middle and is asked for again.
    """

    text: str
    path: str = ""
    by: str = ""
    restart: bool = False


class _Listener(NamedTuple):
    on_delta: Callable[[Delta], None]
    path: str = ""


_listener: ContextVar[_Listener | None] = ContextVar("promptkit_listener", default=None)


@contextmanager
def stream_to(on_delta: Callable[[Delta], None]) -> Iterator[None]:
    """Call `on_delta` with every piece of every reply that is asked for inside the block, also by tasks it starts.

    Hosted models are asked for streams then; what is read from a cache or a cassette, and what runs in this process,
    comes as one piece. The pieces of a call, from its last restart on, are exactly the text of its completion. Pieces
    of calls under way at the same time come interleaved, told apart by their paths; a listener inside a listener hears
    alone. `on_delta` runs in the thread of the event loop, which it holds up: it should be quick. What it raises ends
    the call.
    """
    token = _listener.set(_Listener(on_delta))
    try:
        yield
    finally:
        _listener.reset(token)


@contextmanager
def muted() -> Iterator[None]:
    """Let nobody hear the replies inside the block: what is made of them is told afterwards."""
    token = _listener.set(None)
    try:
        yield
    finally:
        _listener.reset(token)


async def at_step(step: str, answering: Awaitable[T]) -> T:
    """Await `answering`, whose calls are told with `step` at the end of their path."""
    here = _listener.get()
    if here is None or not step:
        return await answering
    token = _listener.set(here._replace(path=f"{here.path}/{step}" if here.path else step))
    try:
        return await answering
    finally:
        _listener.reset(token)


class DeltaStream:
    """What one call says, where someone listens."""

    def __init__(self, listener: _Listener, by: str) -> None:
        self._listener, self._by = listener, by
        self._said: list[str] = []

    def say(self, text: str) -> None:
        """Tell the next piece, unless it is empty."""
        if text:
            self._said.append(text)
            self._tell(text)

    def withdraw(self) -> None:
        """Take back what was said."""
        if self._said:
            self._said.clear()
            self._tell("", restart=True)

    def settle(self, text: str) -> None:
        """Make what was heard the whole of `text`."""
        if "".join(self._said) != text:
            self.withdraw()
            self.say(text)

    def _tell(self, text: str, *, restart: bool = False) -> None:
        self._listener.on_delta(Delta(text, self._listener.path, self._by, restart))


def delta_stream(by: str) -> DeltaStream | None:
    """The voice of a call that `by` answers, or nothing where nobody listens."""
    here = _listener.get()
    return here and DeltaStream(here, by)


def emit(answer: Completion) -> Completion:
    """The same completion, heard as one piece: how a backend of one's own that does not stream ends its `complete`.

    One that was made in steps is not told: its calls were.
    """
    if not answer.steps and (speaking := delta_stream(answer.by)):
        speaking.settle(answer.text)
    return answer
