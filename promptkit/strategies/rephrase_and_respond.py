"""Rephrase and respond: have the question put in the model's own words, and answered as it was meant."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.steps import ANSWER, REPHRASING, WHOLE_QUESTION
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NOT_REPHRASED = "fell back to a direct answer: the rephrased question was empty or cut off"


@dataclass(frozen=True, kw_only=True)
class RephraseAndRespond(Strategy):
    """Have the question rephrased and expanded before it is answered, in one reply or by a call of its own.

    Deng et al. 2023, "Rephrase and Respond: Let Large Language Models Ask Better Questions for Themselves",
    arXiv:2311.04205. With `steps=2` the answer is asked for with both questions in view, the original and the rephrased
    one, as in the paper. Where we differ: the form of the answer (`Prompt.form`) is no part of what is rephrased, and
    is asked for in the last line of the call that answers. The rephrasing is an aside (`Prompt.aside`).

    If the rephrased question is empty or was cut off, the question is asked as it is; the `note` reports it.

    Calls: 1 of the wrapped backend; with `steps=2` 1 of the rephraser before it.

    Attributes:
        steps: 1 has it rephrased and answered in one reply, 2 asks for the rephrasing first.
        rephraser: who rephrases with `steps=2`; `None` is the bare model. The paper has strong models rephrase for
            weaker ones.

    Raises:
        UsageError: `steps` is neither 1 nor 2, or there is a rephraser for one step.
    """

    steps: int = 1
    rephraser: Backend | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.steps not in (1, 2):
            raise UsageError(f"steps={self.steps}: rephrase and answer in 1 step or in 2")
        if self.rephraser is not None and self.steps == 1:
            raise UsageError("in one step nobody rephrases for another model; give steps=2, or leave rephraser out")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for both at once, or for the rephrased question and then for the answer."""
        bare = prompt.without_form()
        if self.steps == 1:
            request = self._text("respond", question=bare.question)
            return await ask(bare.with_question(request).with_form(prompt.form))
        request = self._text("rephrase", question=bare.question)
        reply = await ask(bare.aside().with_question(request), self.rephraser or self.base, step=REPHRASING)
        rephrased = passed_on(reply.text).strip()
        if not rephrased or reply.finish_reason == "length":
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "the rephrased question was empty or cut off; asked it as it was"
            return whole.model_copy(update={"note": note, "fallbacks": (NOT_REPHRASED,)})
        request = self._text("answer", question=bare.question, rephrased=rephrased)
        return await ask(bare.with_question(request).with_form(prompt.form), step=ANSWER)

    def _text(self, step: str, **values: object) -> str:
        return self.templates.text(f"rephrase_and_respond/{step}", **values)
