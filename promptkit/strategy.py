"""A strategy is a backend that holds a backend. Its author writes `solve` and asks only through `ask`."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, Protocol, Self, TypeVar

from promptkit.backend import Backend
from promptkit.errors import PromptkitError
from promptkit.streaming import at_step
from promptkit.task_context import TaskContext
from promptkit.templates import Templates
from promptkit.types import Completion, Prompt, Usage

T = TypeVar("T")


class Ask(Protocol):
    """How `solve` asks: the wrapped backend, or another one; every call is kept in the account."""

    async def __call__(self, prompt: Prompt, backend: Backend | None = None, *, step: str = "") -> Completion:
        """Ask `backend` (the wrapped one when `None`) and name the step in the trace."""
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
        """How traces and tables call it."""
        return type(self).__name__

    @property
    def base(self) -> Backend:
        """The first thing below that is not a strategy."""
        inner = self.backend
        return inner.base if isinstance(inner, Strategy) else inner

    def over(self, base: Backend) -> Self:
        """The same strategy, and all strategies inside it, on another model."""
        inner = self.backend
        return dataclasses.replace(self, backend=inner.over(base) if isinstance(inner, Strategy) else base)

    def with_models(self, change: Callable[[Backend], Backend]) -> Self:
        """The same strategy with every model in it changed: the base, and side models such as a critic."""
        changed: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            held = getattr(self, field.name)
            if isinstance(held, Strategy):
                changed[field.name] = held.with_models(change)
            elif isinstance(held, Backend):
                changed[field.name] = change(held)
        return dataclasses.replace(self, **changed)

    async def complete(self, prompt: Prompt) -> Completion:
        """Run `solve` and keep the account: usage, seconds, and the steps in the order they were asked.

        Raises:
            PromptkitError: a step failed; the steps answered before are its `completions`.
        """
        account = _Account(self.backend)
        started = time.perf_counter()
        try:
            answer = await self.solve(prompt, account.ask)
        except PromptkitError as error:
            error.completions = (*account.steps(), *error.completions)
            raise
        steps = account.steps()
        passed_on = any(answer is s for s in steps)  # then its note is told at that step
        return answer.model_copy(
            update={
                "prompt": prompt,
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

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._slots: list[Completion | None] = []

    async def ask(self, prompt: Prompt, backend: Backend | None = None, *, step: str = "") -> Completion:
        slot = len(self._slots)
        self._slots.append(None)  # taken before awaiting: concurrent steps stay in the order asked
        answer = await at_step(step, (backend or self._backend).complete(prompt))
        answer = answer.model_copy(update={"step": step}) if step else answer
        self._slots[slot] = answer
        return answer

    def steps(self) -> tuple[Completion, ...]:
        return tuple(s for s in self._slots if s is not None)


async def gather(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all at the same time; the results in order. When one fails the others are cancelled and its error raised."""
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
    """One error is raised for all of them; asyncio complains about each of the others unless it is looked at."""
    if not task.cancelled():
        task.exception()
