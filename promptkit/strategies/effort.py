"""Reasoning effort: have a reasoning model think more, or less, before it answers."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.strategy import PromptStrategy
from promptkit.types import Effort, Prompt


@dataclass(frozen=True, kw_only=True)
class ReasoningEffort(PromptStrategy):
    """Ask the same, to be thought about so much: the rival of every technique on models that reason by themselves.

    Snell et al. 2024, "Scaling LLM Test-Time Compute Optimally can be More Effective than Scaling Model Parameters",
    arXiv:2408.03314, on the question which form of thinking longer is worth its tokens. No word of the prompt changes:
    each provider is asked in its own way, and a model that lacks the level refuses it before anything is sent.

    Calls: 1 of the wrapped backend; the reply is longer, and costs more, by the hidden reasoning.

    Attributes:
        level: "none", "minimal", "low", "medium", "high", "xhigh" or "max", as far as the model has it; or a number:
            the most tokens of reasoning.
    """

    level: Effort = "high"

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt, with this effort."""
        return prompt.with_effort(self.level)
