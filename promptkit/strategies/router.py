"""Router: a model or a function chooses who answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from promptkit.answers.prose.reply import visible_text
from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.foreign import explain
from promptkit.strategies.called import called
from promptkit.strategies.members import name_of
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

ROUTE, ANSWER = "route", "answer"
UNKNOWN_ROUTE = "asked the first: the choice could not be read"
_CHOICE = re.compile(r"(?:route|路線)\W{0,8}(?:(?:is|number)\W{1,4})?(\d{1,3})(?!\d|[.,]\d)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Router(Strategy):
    """Choose by the question who answers it: the wrapped backend, or one of `to`, which may be models or strategies.

    A model is shown the question and what each is for, and names one by its number; or a function of the question
    returns the number, without a call. Of many kinds of routers (Ong et al. 2024, "RouteLLM: Learning to Route LLMs
    with Preference Data", arXiv:2406.18665, train theirs) this is the one that needs no data. A choice that can't be
    read, or a function that fails, falls back to the wrapped backend, and `note` and `fallbacks` report it. The choice
    is an aside (`Prompt.aside`).

    Calls: 1 of the chooser, none where `choose` is given, and 1 of the backend that is chosen.

    Attributes:
        to: the others that may answer, beside the wrapped backend, which is number 1; on the command line
            `router(to=openai/a|openai/b)`.
        about: what each is for, in words, the wrapped one first; without it they are shown by their names.
        chooser: who chooses; `None` is the bare model.
        choose: a function of the question's text that returns a number, 1 for the wrapped backend; sync (called in a
            thread) or async. On the command line a path: `router(to=…,choose=mine:route)`.

    Raises:
        UsageError: nobody else to answer, `about` has another number of texts, or both `choose` and `chooser`.
    """

    to: tuple[Backend, ...]
    about: tuple[str, ...] = ()
    chooser: Backend | None = None
    choose: Callable[[str], int | Awaitable[int]] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.to:
            raise UsageError("to is empty: give the others that may answer")
        if self.about and len(self.about) != 1 + len(self.to):
            fact = f"about has {len(self.about)} texts for {1 + len(self.to)} that may answer"
            raise UsageError(f"{fact}; give one for each, that of the wrapped backend first")
        if self.choose is not None and self.chooser is not None:
            raise UsageError("choose chooses by itself; leave out chooser, or choose")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Have one chosen, and ask it."""
        number, fault = await self._chosen(prompt, ask)
        backends = (self.backend, *self.to)
        backend = backends[(number or 1) - 1]
        reply = await ask(prompt, backend, step=ANSWER)
        if number is None:
            note = f"{fault}; asked {name_of(backend)}"
            return reply.model_copy(update={"note": note, "fallbacks": (UNKNOWN_ROUTE,)})
        return reply.model_copy(update={"note": f"route {number}: {name_of(backend)}"})

    async def _chosen(self, prompt: Prompt, ask: Ask) -> tuple[int | None, str]:
        """The number of the one that is chosen; or `None`, and why."""
        number: object
        if self.choose is not None:
            try:
                number = await called(self.choose, prompt.question)
            except Exception as error:  # noqa: BLE001 - of code of others
                return None, f"choose failed with {explain(error)}"
        else:
            routes = self.about or tuple(name_of(one) for one in (self.backend, *self.to))
            text = self.templates.text("router/route", question=prompt.question, routes=list(routes))
            reply = await ask(prompt.aside().with_question(text), self.chooser or self.base, step=ROUTE)
            found = _CHOICE.findall(visible_text(reply.text))
            number = int(found[-1]) if found else None
        if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= 1 + len(self.to):
            return number, ""
        return None, f"there is no route {number!r:.40}" if number is not None else "the choice could not be read"
