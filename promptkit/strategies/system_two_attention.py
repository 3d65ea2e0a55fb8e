"""System 2 attention: have the question rewritten without what does not belong to it, and answer that."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.strategies.steps import ANSWER, CONTEXT, WHOLE_QUESTION
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NO_CONTEXT = "fell back to a direct answer: the context written anew was empty or cut off"


@dataclass(frozen=True, kw_only=True)
class SystemTwoAttention(Strategy):
    """Have what is asked rewritten without opinions and distractions, and answer what is left.

    Weston & Sukhbaatar 2023, "System 2 Attention (is something you might need too)", arXiv:2311.11829. As in the paper
    the model separates the context from the question and writes both, and the call that answers sees what was written
    and nothing of the original question. What is lost in the rewriting is lost for the answer: the paper's variant that
    keeps the original text beside it did less well.

    Only the last user turn is rewritten; system turns, earlier turns and images stay as they are. The form of the
    answer (`Prompt.form`) is no part of it, and is asked for in the last line of the call that answers. The rewriting
    is an aside (`Prompt.aside`). If it is empty or was cut off, the question is asked as it is; the `note` reports it.

    Calls: 1 of the editor, then 1 of the wrapped backend.

    Attributes:
        editor: who rewrites the context; `None` is the bare model.
    """

    editor: Backend | None = None

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the rewritten context, then for the answer to it."""
        bare = prompt.without_form()
        request = self.templates.text("system_two_attention/context", question=bare.question)
        reply = await ask(bare.aside().with_question(request), self.editor or self.base, step=CONTEXT)
        context = passed_on(reply.text).strip()
        if not context or reply.finish_reason == "length":
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "the context written anew was empty or cut off; asked the question as it was"
            return whole.model_copy(update={"note": note, "fallbacks": (NO_CONTEXT,)})
        request = self.templates.text("system_two_attention/answer", context=context)
        return await ask(bare.with_question(request).with_form(prompt.form), step=ANSWER)
