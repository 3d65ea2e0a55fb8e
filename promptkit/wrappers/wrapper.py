"""What all wrappers share: the model inside, its identity, and that they take a text as well as a prompt."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, ClassVar

from promptkit.backend import AroundModel, Model
from promptkit.errors import UsageError
from promptkit.strategy import Strategy
from promptkit.tracing import calling
from promptkit.types import Completion, Level, Prompt

_NEEDED = ("complete", "name", "endpoint", "aclose")


class Wrapper(AroundModel, ABC):
    """The base of models around a model: retry, limit, cache. Its identity is that of the model it wraps.

    Attributes:
        backend: the wrapped model.

    Raises:
        UsageError: what is to be wrapped is a strategy, or not a model.
    """

    _shown: ClassVar[tuple[str, ...]] = ()  # attributes that `repr` shows

    def __init__(self, backend: Model) -> None:
        if isinstance(backend, Strategy):
            raise UsageError(f"{_name(self)} wraps a model, not a strategy; write {_turned_around(self, backend)}")
        if missing := [name for name in _NEEDED if not _has(backend, name)]:
            raise UsageError(
                f"{_name(self)} wraps a model, and {_name(backend)} is not one: it has no {', '.join(missing)}; "
                "see promptkit.Model"
            )
        self.backend = backend

    def __repr__(self) -> str:
        options = (f", {name}={getattr(self, name)!r}" for name in self._shown)
        return f"{_name(self)}({self.backend!r}{''.join(options)})"

    @property
    def as_text(self) -> str | None:
        """The wording in which the wrapped model wants turns as text; `None` where it does not tell."""
        return getattr(self.backend, "as_text", None)

    @property
    def default_effort(self) -> Level | None:
        """How much the wrapped model reasons where a prompt leaves it open; `None` where it is not known."""
        return getattr(self.backend, "default_effort", None)

    @property
    def has_schema(self) -> bool:
        """Whether the wrapped model can be held to a JSON schema."""
        return bool(getattr(self.backend, "has_schema", False))

    def check(self, prompt: Prompt) -> None:
        """Nothing, if the wrapped model may take the parameters of `prompt`. Raises what its own `check` does."""
        if check := getattr(self.backend, "check", None):
            check(prompt)

    def complete(self, prompt: Prompt | str) -> Coroutine[Any, Any, Completion]:
        """Answer `prompt`; a text is one user turn. Raises what the wrapped model raises, and what `answer` does."""
        # not `async`: a coroutine more in each wrapper would cost as much CPU as a wrapper does
        return calling(self, prompt if isinstance(prompt, Prompt) else Prompt.parse(prompt), self.answer)

    @abstractmethod
    async def answer(self, prompt: Prompt) -> Completion:
        """Answer `prompt` from the wrapped model, or instead of it."""


def _has(backend: object, name: str) -> bool:
    return hasattr(type(backend), name) or hasattr(backend, name)  # an endpoint may be expensive to compute


def _turned_around(wrapper: Wrapper, strategy: Strategy) -> str:
    """How to write it instead: `ChainOfThought(Cache(model, store))`."""
    taken = list(inspect.signature(type(wrapper)).parameters.values())[1:]
    needed = [p.name for p in taken if p.default is p.empty]
    text, inner = f"{_name(wrapper)}({', '.join(['model', *needed])})", strategy
    names = [_name(inner)]
    while isinstance(inner.backend, Strategy):
        inner = inner.backend
        names.append(_name(inner))
    for name in reversed(names):
        text = f"{name}({text})"
    return text


def _name(thing: object) -> str:
    return type(thing).__name__
