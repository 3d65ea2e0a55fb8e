"""Step back: ask a more general question first, and the question with its answer as background."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.strategies.steps import BACKGROUND, STEP_BACK, WHOLE_QUESTION
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Message, Prompt

NO_STEP_BACK = "fell back to a direct answer: no more general question was written"


@dataclass(frozen=True, kw_only=True)
class StepBack(Strategy):
    """Have a more general question written and answered, and ask the question with this background.

    Zheng et al. 2023, "Take a Step Back: Evoking Reasoning via Abstraction in Large Language Models", arXiv:2310.06117.
    Differences: the more general question is asked for with two examples in one sentence, where the paper shows up to
    five worked ones. Without a `searcher` the model's own knowledge is the background, as in the paper's problems of
    physics and chemistry; for questions about facts the paper retrieves it, and so does a `searcher`.

    The bare model writes the more general question and answers it; the wrapped backend answers the question. The first
    two are asides (`Prompt.aside`), and the last alone is asked for the form of the answer (`Prompt.form`). Without a
    more general question the question is asked alone, and the `note` reports it.

    Calls: 3: 1 for the more general question, 1 for its answer, 1 of the wrapped backend for the question.

    Attributes:
        searcher: who answers the more general question, and is shown nothing else: a search as a
            `FunctionModel`, or another model. `None` is the bare model, in the same conversation.
    """

    searcher: Backend | None = None

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Step back, answer what is seen from there, and then the question."""
        aside = prompt.without_form().aside()
        abstract = aside.with_question(self._text("abstract", question=aside.question))
        step_back = passed_on((await ask(abstract, self.base, step=STEP_BACK)).text).strip()
        if not step_back:
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "no more general question was written; asked the question alone"
            return whole.model_copy(update={"note": note, "fallbacks": (NO_STEP_BACK,)})
        if self.searcher is None:
            found = await ask(abstract.then(step_back, self._text("background")), self.base, step=BACKGROUND)
        else:
            searched = aside.with_messages(Message(role="user", content=step_back))
            found = await ask(searched, self.searcher, step=BACKGROUND)
        values = {"question": aside.question, "step_back": step_back, "background": passed_on(found.text).strip()}
        informed = prompt.with_question(self._text("answer", **values)).with_form(prompt.form)
        return await ask(informed, step=WHOLE_QUESTION)

    def _text(self, step: str, **values: object) -> str:
        return self.templates.text(f"step_back/{step}", **values)
