"""The models of a run: each is guarded once, however many strategies ask it, and what the run loaded it closes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from promptkit.backend import Backend, Model
from promptkit.batch_api import BatchApi
from promptkit.errors import UsageError
from promptkit.foreign import ForeignBackend, ForeignModel
from promptkit.strategy import Strategy
from promptkit.types import Completion, Prompt
from promptkit.wrappers.wrapper import Wrapper


class Models:
    """Gives strategies guarded models in place of those they hold, and side models by name.

    `guard` wraps a model. The same object is guarded once, so that its connections, its limit and its record are
    shared by all strategies that ask it; `load` finds a model by name.
    """

    def __init__(self, guard: Callable[[Model], Model], load: Callable[[str], Model]) -> None:
        self._guard, self._load = guard, load
        self._given: dict[int, tuple[Model, Model]] = {}  # by identity; the model is kept, or its number may recur
        self._loaded: dict[str, Model] = {}
        self._made: set[int] = set()  # the guarded ones, by identity

    def guarded(self, model: Model) -> Model:
        """The guarded form of a model that someone else made, and closes; itself, when it is around a guarded one."""
        if self._is_guarded(model):
            return model
        if id(model) not in self._given:
            guarded = self._guard(_Borrowed(model))
            self._given[id(model)] = (model, guarded)
            self._made.add(id(guarded))
        return self._given[id(model)][1]

    def named(self, name: str) -> Model:
        """The guarded model called `name`: one of those given, or loaded."""
        for model, guarded in self._given.values():
            if model.name == name:
                return guarded
        if name not in self._loaded:
            self._loaded[name] = self._guard(self._load(name))
            self._made.add(id(self._loaded[name]))
        return self._loaded[name]

    def _is_guarded(self, model: Backend) -> bool:
        while id(model) not in self._made:
            if not isinstance(model, Wrapper):
                return False
            model = model.backend
        return True

    async def aclose(self) -> None:
        """Wait for calls in flight, and close what was loaded."""
        for model in (*self._loaded.values(), *(guarded for _, guarded in self._given.values())):
            await model.aclose()


class _Borrowed(Wrapper):
    """A model that stays open."""

    def batch_api(self) -> BatchApi | None:
        """That of the model."""
        return batch_api_of(self.backend)

    async def answer(self, prompt: Prompt) -> Completion:
        """As the model does."""
        return await self.backend.complete(prompt)

    async def aclose(self) -> None:
        """Nothing: whoever made it closes it."""


def batch_api_of(model: Model) -> BatchApi | None:
    """The batch API of a model, where it has one."""
    offered: Callable[[], BatchApi | None] | None = getattr(model, "batch_api", None)
    return offered() if offered else None


def on_models(name: str, asked: Backend, change: Callable[[Model], Model]) -> Backend:
    """The strategy or model `asked`, called `name`, with every model that it asks changed: `change` may meet its own.

    Raises:
        UsageError: what it asks has no name and endpoint, so that its calls could not be recorded; found at once for
            the model under all strategies, and for side models when they are asked.
    """

    def changed(held: Backend) -> Backend:
        if isinstance(held, ForeignBackend) and not isinstance(held, ForeignModel):
            return held  # made around a changed model
        if missing := [part for part in ("name", "endpoint", "aclose") if not hasattr(held, part)]:
            kind = type(held).__name__
            raise UsageError(f"{name} asks a {kind}, which is not a model: it has no {', '.join(missing)}")
        return change(cast("Model", held))

    if not isinstance(asked, Strategy):
        return changed(asked)
    changed(asked.base)
    return asked.over(changed)


def held_models(asked: object) -> Iterator[Model]:
    """The models that a strategy holds, in whatever attribute, its own strategies' included; itself, for a model."""
    if isinstance(asked, Strategy):
        for value in vars(asked).values():
            yield from held_models(value)
    elif isinstance(asked, Mapping):
        yield from held_models(tuple(asked.values()))
    elif isinstance(asked, (tuple, list, set, frozenset)):
        for value in asked:
            yield from held_models(value)
    elif not isinstance(asked, type) and all(hasattr(asked, part) for part in ("complete", "name", "endpoint")):
        yield cast("Model", asked)


def model_name(asked: Backend) -> str:
    """The name of the model under a strategy, which its rows carry."""
    base = asked.base if isinstance(asked, Strategy) else asked
    return str(getattr(base, "name", type(base).__name__))


def at_effort(model: str, effort: object) -> str:
    """The name of a model at an effort, where a run compares several: `openai/NAME?effort=low`."""
    return f"{model}{'&' if '?' in model else '?'}effort={effort}"
