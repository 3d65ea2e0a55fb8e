"""A strategy is a backend that holds a backend. Its author writes `solve` and asks only through `ask`."""

from __future__ import annotations

import copy
import dataclasses
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, Self, TypeGuard, TypeVar, cast

from promptkit.backend import Backend, CanClose, Closing, held_backends, require_backend
from promptkit.errors import PromptkitError, UsageError
from promptkit.first_asked import asking_first
from promptkit.ledger import Slot, note, noted_in
from promptkit.lint.gate import require_sound
from promptkit.logs import logger
from promptkit.loops import restore
from promptkit.option_types import require_option_types
from promptkit.streaming import at_step, drain
from promptkit.task_context import TaskContext
from promptkit.tracing import asked_as, current_path, solving
from promptkit.types import Completion, Prompt, Usage
from promptkit.wording.templates import Templates
from promptkit.wording.variants import folder_of

T = TypeVar("T")
_log = logger("strategies")

Made = set[tuple[object, Prompt]]  # calls: which model, asked what
Change = Backend | Callable[[Backend], Backend]  # who answers instead of a model: always this one, or one made for it

_around: ContextVar[tuple[Change, ...]] = ContextVar("promptkit_changes", default=())  # by strategies around this one
_made: ContextVar[Made | None] = ContextVar("promptkit_made", default=None)  # calls of the outermost strategy's solve


class Ask(Protocol):
    """How `solve` asks the wrapped backend, or another one. Every call is kept in the account."""

    async def __call__(self, prompt: Prompt, backend: Backend | None = None, *, step: str = "") -> Completion:
        """Ask `backend` (`None`: the wrapped one); `step` is what the call is for, as the trace shows it."""
        ...


@dataclasses.dataclass(frozen=True)
class Strategy(Closing, ABC):
    """A way of asking, around the backend that is asked.

    Strategies nest: what stands outside is seen by every call; what stands inside is seen only by the attempts.
    Side calls (a plan, a critique) go to `self.base`, the bare model under all strategies.

    Attributes:
        backend: what is asked.
        templates: where the wording comes from; `Templates((Path("mine"),))` overrides the shipped one, and
            `Templates(variant="zh-Hant")` takes it in Traditional Chinese.
    """

    backend: Backend
    templates: Templates = dataclasses.field(default=Templates(), kw_only=True, repr=False)
    _changes: tuple[Change, ...] = dataclasses.field(default=(), kw_only=True, repr=False)  # by `over`, the first first

    def __post_init__(self) -> None:
        """Refuse what is not a backend, and options of a wrong type. A class that has its own calls this one first.

        Raises:
            TypeError: names the option.
            TemplateError: `templates` asks for a wording that this technique lacks, or a template of the user's
                can't be meant (`promptkit.lint.gate`).
        """
        require_backend(self.backend)
        require_option_types(self)
        self.templates.require_variant(self.template_folder)
        require_sound(self.templates, folders=self._template_folders())

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

    def is_answer(self, step: str) -> bool:  # noqa: ARG002 - of those that know
        """Whether the reply to the call for `step` is surely the answer, as it is: known while it is still written.

        Who serves a strategy can then pass the reply on piece by piece (`leads_to_answer`). Where it depends on what
        comes later, as with a draft that may be revised, it is not.
        """
        return False

    @property
    def name(self) -> str:
        """Its name in traces and tables."""
        return type(self).__name__

    def _template_folders(self) -> tuple[str, ...]:
        """The folders of templates that it uses: its own, and those of the techniques that it is derived from."""
        return tuple(folder_of(kind) for kind in type(self).__mro__ if issubclass(kind, Strategy))

    @property
    def template_folder(self) -> str:
        """The folder that its templates are in: its name in snake case, `chain_of_thought` of `ChainOfThought`."""
        return folder_of(type(self))

    @property
    def base(self) -> Backend:
        """The model under all strategies, to which side calls go: the first backend below that is not a strategy.

        Of a strategy over another model it is that model. A function given to `over` is not applied to it.
        """
        models = [change for change in self._all_changes() if _is_model(change)]
        below = models[-1] if models else self.backend
        with _in_solve((), _made.get()):
            return below.base if isinstance(below, Strategy) else below

    def over(self, model: Change) -> Self:
        """The same strategy on another model, or on its models changed by a function.

        It holds for every model that the strategy asks, wherever that is kept: the one under all strategies, and side
        models such as a critic. Strategies inside stay. `over(model)` sends every call to `model`. `over(function)`
        sends it to `function(held)`, such as a wrapper around the model held; it is called once a call, and should
        return the same object for the same model. The outer one is applied last, and of two on one strategy the later.

        Raises:
            TypeError: `model` is neither a backend nor a function.
        """
        changes = (require_backend(model),) if _is_model(model) or not callable(model) else (*self._changes, model)
        moved = copy.copy(self)  # not `dataclasses.replace`: a subclass may have an `__init__` of its own
        object.__setattr__(moved, "_changes", changes)  # the copy is nobody else's yet
        return moved

    async def complete(self, prompt: Prompt | str) -> Completion:
        """Answer `prompt` (a text is one user turn), and keep the account: usage, seconds, the steps in order asked.

        When it asks a model the same twice, strategies inside it included, the second is a call of its own
        (`Prompt.repeat`), not the first reply once more.

        Raises:
            PromptkitError: a step failed; everything that was answered is its `completions`.
            TypeError: `prompt` is neither a `Prompt` nor a text, or what is to be asked is not a backend.
        """
        return await solving(self.name, Prompt.parse(prompt), self._complete)

    async def _complete(self, asked: Prompt) -> Completion:
        changes, around = self._all_changes(), _made.get()
        made = set() if around is None else around
        account = _Account(self.backend, changes, made)
        note(account)
        started = time.perf_counter()
        try:
            with _in_solve(changes, made), noted_in(None), asking_first(asked):
                answer = await self.solve(asked, account.ask)
        except PromptkitError as error:
            error.completions = account.steps_before(error)
            raise
        if not isinstance(answer, Completion):
            found = type(answer).__name__  # type: ignore[unreachable]  # where a subclass is not type-checked
            raise UsageError(
                f"solve of {self.name} returned a {found}; return a Completion, such as one that ask gives"
            )
        steps = account.steps()
        passed_on = any(answer is s for s in steps)  # then its note stands at that step
        if answer.fallbacks and not passed_on:
            where = current_path() or "the top"
            _log.info("%s at %s did something else instead (%d fallbacks)", self.name, where, len(answer.fallbacks))
        account.answer = answer.model_copy(
            update={
                "prompt": asked,
                "by": self.name,
                "usage": sum((s.usage for s in steps), Usage()),
                "seconds": time.perf_counter() - started,
                "cached": bool(steps) and all(s.cached for s in steps),
                "step": "",
                "key": "",
                "note": "" if passed_on else answer.note,
                "fallbacks": () if passed_on else answer.fallbacks,
                "steps": steps,
            }
        )
        return account.answer

    async def aclose(self) -> None:
        """Close the models that it asks, those beside the one under all strategies too."""
        for backend in held_backends(vars(self)):
            if isinstance(backend, CanClose):
                await backend.aclose()

    def _all_changes(self) -> tuple[Change, ...]:
        """What is changed about the models it asks: by itself, then by the strategies around it."""
        return (*self._changes, *_around.get())


class PromptStrategy(Strategy):
    """The strategies that only rewrite the prompt: one call, a pure function, previewed for free."""

    @abstractmethod
    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt that is sent instead."""

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, with the rewritten prompt."""
        return await ask(self.rewrite(prompt))


def leads_to_answer(backend: Backend, path: str) -> bool:
    """Whether the call at `path`, the steps as a `Delta` has them, is surely the one that answers for `backend`."""
    while isinstance(backend, Strategy):
        if not isinstance(backend, PromptStrategy):
            step, _, path = path.partition("/")
            if not (step and backend.is_answer(step)):
                return False
            if not path:
                return True
        backend = backend.backend
    return not path


class _Account:
    """The steps of one `complete`: slots taken in the order asked, filled in the order answered."""

    def __init__(self, backend: Backend, changes: tuple[Change, ...], made: Made) -> None:
        self._backend, self._changes, self._made = backend, changes, made
        self._slots: list[Slot] = []
        self._failed: list[PromptkitError] = []
        self.answer: Completion | None = None

    async def ask(self, prompt: Prompt, backend: Backend | None = None, *, step: str = "") -> Completion:
        slot = Slot(step)
        self._slots.append(slot)  # taken before awaiting: concurrent steps stay in the order asked
        asked = require_backend(self._backend if backend is None else backend)
        passed_on = self._changes
        if not isinstance(asked, Strategy):
            asked, passed_on = _changed(asked, self._changes), ()  # it may be made of strategies that ask other models
            prompt = self._as_call_of_its_own(asked, prompt)
        try:
            with _in_solve(passed_on, self._made), noted_in(slot.accounts):
                await drain()
                is_model = not isinstance(asked, Strategy)
                answer = await at_step(step, asked_as(step, asked, prompt, is_model=is_model))
        except PromptkitError as error:
            self._failed.append(error)
            slot.fail(error.completions)
            raise
        answer = answer.model_copy(update={"step": step}) if step else answer
        slot.fill(answer)
        return answer

    @property
    def completions(self) -> tuple[Completion, ...]:
        return self.steps() if self.answer is None else (self.answer,)

    def _as_call_of_its_own(self, model: Backend, prompt: Prompt) -> Prompt:
        """The prompt, as one that this solve has not asked this model yet."""
        identity = getattr(model, "name", None), getattr(model, "endpoint", None)
        asked: object = id(model) if None in identity else identity
        while (asked, prompt) in self._made:
            prompt = prompt.model_copy(update={"repeat": prompt.repeat + 1})
        self._made.add((asked, prompt))
        return prompt

    def steps(self) -> tuple[Completion, ...]:
        return tuple(answered for slot in self._slots for answered in slot.completions)

    def steps_before(self, error: PromptkitError) -> tuple[Completion, ...]:
        """All steps, and what an error that no step raised holds besides."""
        counted = any(error is failed for failed in self._failed)
        return self.steps() if counted else (*self.steps(), *error.completions)


def _is_model(change: Change) -> TypeGuard[Backend]:
    return hasattr(change, "complete")


def _changed(model: Backend, changes: tuple[Change, ...]) -> Backend:
    for change in changes:
        model = change if _is_model(change) else require_backend(cast("Callable[[Backend], Backend]", change)(model))
    return model


@contextmanager
def _in_solve(changes: tuple[Change, ...], made: Made | None) -> Iterator[None]:
    """Inside the block, calls of strategies are answered as `changes` have it, and none that was `made` recurs."""
    around, before = _around.set(changes), _made.set(made)
    try:
        yield
    finally:
        restore(_around, around)
        restore(_made, before)
