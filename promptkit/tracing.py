"""Where the call that is made now stands, and who traces it: the seam for OpenTelemetry and other tracers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, NamedTuple, Protocol

from promptkit.backend import Backend
from promptkit.loops import restore
from promptkit.types import Completion, Prompt

Answer = Callable[[Prompt], Awaitable[Completion]]
Span = AbstractContextManager[Callable[[Completion], None]]  # it is given the reply, where one comes


class Tracer(Protocol):
    """Told what begins; the block that it returns lasts as long as that does, and sees the error that ends it.

    Inside each, `current_path()` is the place of what is traced.
    """

    def strategy(self, name: str, prompt: Prompt) -> Span:
        """A strategy is asked `prompt`."""
        ...

    def step(self, step: str) -> Span:
        """A strategy asks for a step that has a name."""
        ...

    def call(self, model: Backend, prompt: Prompt) -> Span:
        """A model is asked, with all its attempts; a reply that is on record is a call that is `cached`."""
        ...


class _Here(NamedTuple):
    tracer: Tracer
    in_call: bool = False  # then what the model is made of, such as its cache, is no call of its own


_here: ContextVar[_Here | None] = ContextVar("promptkit_tracer", default=None)
_path: ContextVar[str] = ContextVar("promptkit_path", default="")


def current_path() -> str:
    """The steps that lead to what runs now, as in `draft/draw 0`; empty outside of the named steps of a strategy.

    A backend, or a tracer of your own, can read it: it holds whether anything listens or traces.
    """
    return _path.get()


@contextmanager
def tracing(tracer: Tracer | None) -> Iterator[None]:
    """Inside the block, also in tasks that it starts, `tracer` is told what is asked; `None` stops tracing."""
    token = _here.set(None if tracer is None else _Here(tracer))
    try:
        yield
    finally:
        restore(_here, token)


def untraced() -> AbstractContextManager[None]:
    """Trace nothing inside the block, such as calls that are only played."""
    return tracing(None)


def solving(name: str, prompt: Prompt, answer: Answer) -> Awaitable[Completion]:
    """The answer of the strategy `name`, traced where somebody does."""
    here = _here.get()
    return answer(prompt) if here is None else _solved(here.tracer, name, prompt, answer)


async def _solved(tracer: Tracer, name: str, prompt: Prompt, answer: Answer) -> Completion:
    with tracing(tracer), tracer.strategy(name, prompt) as ended:
        answered = await answer(prompt)
        ended(answered)
        return answered


def calling(
    model: Backend, prompt: Prompt, answer: Callable[[Prompt], Coroutine[Any, Any, Completion]]
) -> Coroutine[Any, Any, Completion]:
    """The reply of a model, traced where somebody does; what asks it inside of such a call is a part of that."""
    here = _here.get()  # not `async`: a coroutine more around every call would be paid for also where nobody traces
    return answer(prompt) if here is None or here.in_call else _called(here, model, prompt, answer)


async def _called(here: _Here, model: Backend, prompt: Prompt, answer: Answer) -> Completion:
    token = _here.set(here._replace(in_call=True))
    try:
        with here.tracer.call(model, prompt) as ended:
            answered = await answer(prompt)
            ended(answered)
            return answered
    finally:
        restore(_here, token)


async def asked_as(step: str, backend: Backend, prompt: Prompt, *, is_model: bool) -> Completion:
    """The answer of `backend`, asked for the step of that name; a call of a model is traced as one."""
    if step:
        around = _path.get()
        token = _path.set(f"{around}/{step}" if around else step)
    try:
        here = _here.get()
        if here is None:
            return await backend.complete(prompt)
        with here.tracer.step(step) if step else nullcontext(_ignore) as ended:
            asked = calling(backend, prompt, backend.complete) if is_model else backend.complete(prompt)
            answered = await asked
            ended(answered)
            return answered
    finally:
        if step:
            restore(_path, token)


def _ignore(_answered: Completion) -> None:
    pass
