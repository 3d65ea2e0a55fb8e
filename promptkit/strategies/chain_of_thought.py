"""Chain of thought: have the reasoning written before the answer."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.strategy import PromptStrategy
from promptkit.types import Prompt


@dataclass(frozen=True, kw_only=True)
class ChainOfThought(PromptStrategy):
    """Ask for the steps first, then the answer.

    Kojima et al. 2022, "Large Language Models are Zero-Shot Reasoners", arXiv:2205.11916, with wording of our
    own and without the second call that extracts the answer: `promptkit.answers` reads it from the reply. With `begin`
    it is the paper's own form, for base models: "A: Let's think step by step." Around a `FewShot` whose examples have
    reasoning it is the few-shot form of Wei et al. 2022, arXiv:2201.11903, with the request kept in the question.

    For reasoning models providers advise against it, since they reason by themselves (OpenAI, "Reasoning best
    practices"): compare it with the bare model before you pay for longer replies.

    Calls: 1 of the wrapped backend; the reply is longer by the reasoning.

    Attributes:
        begin: whether the reply is begun with the reasoning, instead of asking for it in the question: for models that
            continue a reply (`Prompt.begun`), as `AsText` does around a base model.
    """

    begin: bool = False

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt whose last user turn also asks for the reasoning, or whose reply is begun with it."""
        if self.begin:
            return prompt.begun(self.templates.text("chain_of_thought/begin"))
        return prompt.with_question(self.templates.text("chain_of_thought/think", question=prompt.question))
