"""Answer extraction: have the answer to a long reply written by a second call."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.answers import AnswerType
from promptkit.answers.prose.reply import visible_text
from promptkit.strategies.steps import ANSWER, REASONING
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NOTHING_EXTRACTED = "kept the reasoning: the second call gave no answer"


@dataclass(frozen=True, kw_only=True)
class ExtractAnswer(Strategy):
    """Ask, and ask a second time for the answer alone: "Therefore, the answer is".

    The second call of Kojima et al. 2022, "Large Language Models are Zero-Shot Reasoners", arXiv:2205.11916, which
    Plan-and-Solve has too (Wang et al. 2023, arXiv:2305.04091): `cot+extract` and `plan-and-solve+extract` are the
    papers' forms of two calls. The words follow the paper's for each kind of answer: "(arabic numerals)" for numbers,
    "among yes, no" for labels.

    The first call reasons without limits of the answer (`Prompt.aside`) and is not asked for its form; the second has
    both. With `begin` the reply is continued as the paper's models do it, and the words are put before what comes back.
    If nothing comes back, the reasoning is the answer; the `note` reports it.

    Calls: 1 of the wrapped backend, then 1 of the bare model with a short reply.

    Attributes:
        answer: how answers are read, which decides the words.
        begin: whether the second reply is begun with these words, instead of asking: for models that continue a reply
            (`Prompt.begun`), as `AsText` does around a base model.
    """

    answer: AnswerType = AnswerType("text")
    begin: bool = False

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the reasoning, then for the answer."""
        asked = prompt.with_messages(*prompt.aside().messages).without_form()
        reasoned = await ask(asked.aside(), step=REASONING)
        thoughts, cue = passed_on(reasoned.text), self._cue()
        if self.begin:
            extraction = asked.begun(f"{thoughts.rstrip()}\n{cue}").model_copy(update={"form": prompt.form})
        else:
            extraction = asked.then(thoughts, cue).with_form(prompt.form)
        reply = await ask(extraction, self.base, step=ANSWER)
        if not visible_text(reply.text).strip():
            note = "the second call gave no answer; kept the reasoning"
            return reasoned.model_copy(update={"note": note, "fallbacks": (NOTHING_EXTRACTED,)})
        return reply.model_copy(update={"text": f"{cue} {reply.text.lstrip()}"}) if self.begin else reply

    def _cue(self) -> str:
        is_number = self.answer.kind == "number"
        return self.templates.text("extract_answer/therefore", is_number=is_number, labels=list(self.answer.labels))
