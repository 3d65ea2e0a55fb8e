"""Self-reflection: show the model its own answer, ask what is wrong with it, and have it improved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from promptkit.backend import Backend
from promptkit.checkers import Checker, ready
from promptkit.errors import UsageError
from promptkit.strategies.called import fault
from promptkit.strategies.critique import read_verdict
from promptkit.strategies.steps import CRITIQUE, DRAFT, REVISION
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.task_context import TaskContext
from promptkit.types import Completion, Prompt

UNCLEAR = "kept the answer: the verdict could not be read"
CHECK_FAILED = "kept the answer: the check failed"
MOST_ROUNDS = 1_000  # each is two calls, one after the other


@dataclass(frozen=True, kw_only=True)
class SelfReflection(Strategy):
    """Draft, critique, revise; stop when the critic accepts the answer.

    Madaan et al. 2023, "Self-Refine: Iterative Refinement with Self-Feedback", arXiv:2303.17651. The critic sees the
    question and the answer, never the target; the loop ends with the critic's verdict, not with an oracle's (Huang et
    al. 2023, arXiv:2310.01798, show how much of the reported gain was due to the oracle). Reflection can make a right
    answer wrong as well as a wrong one right: compare it with `SelfConsistency` at equal calls before you trust it.

    The critic sees the question as this strategy was asked it, without what strategies inside add. Its critique is an
    aside (`Prompt.aside`); the revision is the answer, with the prompt's limits, and is asked for the form of the
    answer again (`Prompt.form`), since models that revise tend to write an essay.

    Calls: 1 of the wrapped backend for the draft; then in each round 1 of the critic and, unless it accepts the
    answer, 1 of the bare model for the revision. A revision that changes nothing is criticised afresh.

    A critique whose verdict can't be read (`promptkit.strategies.critique`) keeps the answer, and the completion's
    `note` reports it: more answers are made worse than better by a critic who does not know.

    With a `checker` no critic is asked: the critique is what a check from outside finds, such as tests that fail
    (`promptkit.checkers`), and an answer that it finds nothing wrong with stands, as in CRITIC (Gou et al. 2023,
    arXiv:2305.11738, where the model reads what a tool found before it corrects). That helps where criticism
    by the model itself does not (Huang et al. 2023). A check that fails keeps the answer, and `note` reports it.

    Calls with a `checker`: 1 of the wrapped backend, and 1 of the bare model for each fault found, at most `rounds`.

    Attributes:
        rounds: how many times the answer is criticised at most.
        critic: who criticises; `None` is the bare model.
        checker: a function of the text of an answer, sync (called in a thread) or async, that returns `None` or `True`
            where it is fine, and else a text of what is wrong, or `False`. On the command line `arithmetic`, `schema`
            (that of the task's answers), or a path: `reflect(checker=mine:check)`.
        revises_unclear: whether a critique without a readable verdict asks for a revision, too.
    """

    rounds: int = 1
    critic: Backend | None = None
    checker: Checker | None = None
    revises_unclear: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.rounds <= MOST_ROUNDS:
            raise UsageError(f"rounds={self.rounds}: give at least 1 and at most {MOST_ROUNDS:,}")
        if self.checker is not None and not callable(self.checker):
            raise UsageError(f"checker={self.checker!r:.80}: give a function of an answer's text")
        if self.checker is not None and (self.critic is not None or self.revises_unclear):
            raise UsageError("with a checker no critic is asked; leave out critic and revises_unclear, or checker")

    @classmethod
    def from_task(cls, backend: Backend, options: Mapping[str, object], context: TaskContext) -> Self:
        """A checker may be given by the name of one that is ready, which takes what it checks from the task."""
        checker = options.get("checker")
        if isinstance(checker, str) and ":" not in checker:
            options = {**options, "checker": ready(checker, context.answer)}
        return super().from_task(backend, options, context)

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Draft, then critique and revise at most `rounds` times."""
        draft = await ask(prompt, step=DRAFT)
        if self.checker is not None:
            return await self._checked(draft, self.checker, prompt, ask)
        for number in range(1, self.rounds + 1):
            shown = prompt.then(passed_on(draft.text), self.templates.text("self_reflection/critique"))
            review = await ask(shown.aside(), self.critic or self.base, step=CRITIQUE)
            accepted = read_verdict(review.text, cut_off=review.finish_reason == "length")
            if accepted is None and not self.revises_unclear:
                note = f"the verdict of critique {number} could not be read; kept the answer"
                return draft.model_copy(update={"note": note, "fallbacks": (UNCLEAR,)})
            if accepted:
                break
            revise = shown.then(passed_on(review.text), self.templates.text("self_reflection/revise"))
            draft = await ask(revise.with_form(prompt.form), self.base, step=REVISION)
        return draft

    async def _checked(self, draft: Completion, checker: Checker, prompt: Prompt, ask: Ask) -> Completion:
        for number in range(1, self.rounds + 1):
            found = await fault(checker, passed_on(draft.text))
            if found.failed:
                note = f"check {number} {found.failed}; kept the answer"
                return draft.model_copy(update={"note": note, "fallbacks": (CHECK_FAILED,)})
            if found.fault is None:
                break
            told = self.templates.text("self_reflection/checked", fault=found.fault)
            revise = prompt.then(passed_on(draft.text), told).with_form(prompt.form)
            draft = await ask(revise, self.base, step=REVISION)
        return draft
