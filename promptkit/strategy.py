"""A strategy is a backend that holds a backend. Its author writes `solve` and asks only through `ask`."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import time
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, Self, TypeVar

from promptkit.backend import Backend, require_backend
from promptkit.errors import PromptkitError
from promptkit.streaming import at_step
from promptkit.task_context import TaskContext
from promptkit.templates import Templates
from promptkit.types import Completion, Prompt, Usage

T = TypeVar("T")

_outer: ContextVar[Backend | None] = ContextVar("promptkit_stand_in", default=None)


class Ask(Protocol):
    """How `solve` asks the wrapped backend, or another one. Every call is kept in the account."""

    async def __call__(self, prompt: Prompt, backend: Backend | None = None, *, step: str = "") -> Completion:
        """Ask `backend` (`None`: the wrapped one); `step` is what the call is for, as the trace shows it."""
        ...


@dataclasses.dataclass(frozen=True)
class Strategy(ABC):
    """A way of asking, around the backend that is asked.

    Strategies nest: what stands outside is seen by every call; what stands inside is seen only by the attempts.
    Side calls (a plan, a critique) go to `self.base`, the bare model under all strategies.

    Attributes:
        backend: what is asked.
        templates: where the wording comes from; `Templates((Path("mine"),))` overrides the shipped one.
    """

    backend: Backend
    templates: Templates = dataclasses.field(default=Templates(), kw_only=True, repr=False)
    _answered_by: Backend | None = dataclasses.field(default=None, kw_only=True, repr=False)  # as `over` sets it

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """The strategy around `backend` as a specification names it: `options` in its brackets, the rest from the task.

        What a parameter takes from the task is decided by its type (`TaskContext.arguments`). Override it where a
        strategy takes something else from the task.

        Raises:
            UsageError: an unknown option, a wrong value, or something that the task lacks.
        """
        return cls(backend, **context.arguments(cls, options))

    @abstractmethod
    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Answer `prompt`, calling models only through `ask`."""

    @property
    def name(self) -> str:
        """Its name in traces and tables."""
        return type(self).__name__

    @property
    def base(self) -> Backend:
        """The model under all strategies, to which side calls go: the first backend below that is not a strategy."""
        stand_in = self._stand_in()
        below = self.backend if stand_in is None else stand_in
        with _standing_in(None):  # a stand-in that is a strategy has a base of its own
            return below.base if isinstance(below, Strategy) else below

    def over(self, model: Backend) -> Self:
        """The same strategy with all its calls answered by `model`.

        It answers instead of every model that the strategy asks, wherever that is held: the one under all strategies,
        and side models such as a critic. Strategies inside stay. Of two `over`, one around the other, the outer holds.

        Raises:
            TypeError: `model` is not a backend.
        """
        moved = copy.copy(self)  # not `dataclasses.replace`: a subclass may have an `__init__` of its own
        object.__setattr__(moved, "_answered_by", require_backend(model))  # the copy is nobody else's yet
        return moved

    async def complete(self, prompt: Prompt | str) -> Completion:
        """Answer `prompt` (a text is one user turn), and keep the account: usage, seconds, the steps in order asked.

        Raises:
            PromptkitError: a step failed; the steps answered before are its `completions`.
            TypeError: `prompt` is neither a `Prompt` nor a text, or what is to be asked is not a backend.
        """
        asked, stand_in = Prompt.parse(prompt), self._stand_in()
        account = _Account(self.backend, stand_in)
        started = time.perf_counter()
        try:
            with _standing_in(stand_in):
                answer = await self.solve(asked, account.ask)
        except PromptkitError as error:
            error.completions = (*account.steps(), *error.completions)
            raise
        steps = account.steps()
        passed_on = any(answer is s for s in steps)  # then its note stands at that step
        return answer.model_copy(
            update={
                "prompt": asked,
                "by": self.name,
                "usage": sum((s.usage for s in steps), Usage()),
                "seconds": time.perf_counter() - started,
                "cached": bool(steps) and all(s.cached for s in steps),
                "step": "",
                "key": "",
                "note": "" if passed_on else answer.note,
                "steps": steps,
            }
        )

    def _stand_in(self) -> Backend | None:
        """Who answers instead of models: as the strategy around it has it, or as it has it itself."""
        outer = _outer.get()
        return self._answered_by if outer is None else outer


class PromptStrategy(Strategy):
    """The strategies that only rewrite the prompt: one call, a pure function, previewed for free."""

    @abstractmethod
    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt that is sent instead."""

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, with the rewritten prompt."""
        return await ask(self.rewrite(prompt))


class _Account:
    """The steps of one `complete`: slots taken in the order asked, filled in the order answered."""

    def __init__(self, backend: Backend, stand_in: Backend | None) -> None:
        self._backend, self._stand_in = backend, stand_in
        self._slots: list[Completion | None] = []

    async def ask(self, prompt: Prompt, backend: Backend | None = None, *, step: str = "") -> Completion:
        slot = len(self._slots)
        self._slots.append(None)  # taken before awaiting: concurrent steps stay in the order asked
        asked = require_backend(self._backend if backend is None else backend)
        passed_on = None
        if isinstance(asked, Strategy):
            passed_on = self._stand_in
        elif self._stand_in is not None:
            asked = self._stand_in
        with _standing_in(passed_on):  # a stand-in that is made of strategies asks its own models
            answer = await at_step(step, asked.complete(prompt))
        answer = answer.model_copy(update={"step": step}) if step else answer
        self._slots[slot] = answer
        return answer

    def steps(self) -> tuple[Completion, ...]:
        return tuple(s for s in self._slots if s is not None)


@contextmanager
def _standing_in(stand_in: Backend | None) -> Iterator[None]:
    token = _outer.set(stand_in)
    try:
        yield
    finally:
        _outer.reset(token)


async def gather(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all concurrently; the results in order. When one fails, the others are cancelled and its error is raised."""
    tasks = [asyncio.ensure_future(c) for c in coroutines]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
            task.add_done_callback(_consume_exception)
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def _consume_exception(task: asyncio.Task[Any]) -> None:
    """Only one error is raised; of the others asyncio would warn that nobody retrieved them."""
    if not task.cancelled():
        task.exception()
