"""Plan-and-Solve: have a plan written and carried out in one reply."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.strategy import PromptStrategy
from promptkit.types import Prompt


@dataclass(frozen=True, kw_only=True)
class PlanAndSolve(PromptStrategy):
    """Ask for a plan and its execution in the same reply.

    Wang et al. 2023, "Plan-and-Solve Prompting: Improving Zero-Shot Chain-of-Thought Reasoning by Large Language
    Models", arXiv:2305.04091, in the paper's own words. The paper asks a second time, for the answer alone; here
    `promptkit.answers` reads it from the reply, and `plan-and-solve+extract` is the paper's form of two calls.

    It is not `PlanThenSolve`: that one asks for the plan alone, asks each of its sub-questions in a call of its own,
    and combines the answers, as Least-to-Most does. Here the model plans and solves in one go, so a mistake of the plan
    is seen by nothing that could mend it, and the whole costs one call.

    Calls: 1 of the wrapped backend; the reply is longer by the plan and the reasoning.

    Attributes:
        plus: the longer request (PS+), which also asks for the quantities of the question and for intermediate results,
            against mistakes in reading and in calculating. It speaks of numbers: for questions that have some.
    """

    plus: bool = False

    def rewrite(self, prompt: Prompt) -> Prompt:
        """The prompt whose last user turn also asks for a plan and its execution."""
        step = "plus" if self.plus else "solve"
        return prompt.with_question(self.templates.text(f"plan_and_solve/{step}", question=prompt.question))
