"""What the outermost strategy was asked: the question before the strategies around this one rewrote it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from promptkit.loops import restore
from promptkit.types import Prompt

_first: ContextVar[Prompt | None] = ContextVar("promptkit_first_asked", default=None)


def first_asked(prompt: Prompt) -> Prompt:
    """The prompt of the outermost strategy that is being asked; outside of all of them `prompt` itself."""
    return _first.get() or prompt


@contextmanager
def asking_first(prompt: Prompt) -> Iterator[None]:
    """Inside the block `prompt` is what was asked first, unless another one was before."""
    token = _first.set(first_asked(prompt))
    try:
        yield
    finally:
        restore(_first, token)
