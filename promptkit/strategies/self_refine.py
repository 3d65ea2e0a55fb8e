"""Self-Refine: feedback on the answer, a better answer, and so on, with all that was written before in view."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.critique import read_verdict
from promptkit.strategies.self_reflection import MOST_ROUNDS
from promptkit.strategies.steps import CRITIQUE, DRAFT, REVISION
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt


@dataclass(frozen=True, kw_only=True)
class SelfRefine(Strategy):
    """Draft, then let feedback and refinement follow each other until the feedback has nothing left to say.

    Madaan et al. 2023, "Self-Refine: Iterative Refinement with Self-Feedback", arXiv:2303.17651, algorithm 1: feedback
    is given on the latest answer alone (equation 2), point by point, and the refinement sees every earlier answer with
    its feedback (equation 4), so that a mistake is not made again. It ends with the stop sign in the feedback, or after
    `rounds`, 4 in the paper. Differences: no worked examples are needed, and the wording is for any task, where the
    paper has prompts of its own for each; the stop sign is a verdict in the last line of the feedback, and feedback in
    which none can be read asks for a refinement.

    Beside it `SelfReflection` solves the question again to find mistakes, and revises without the answers before the
    last. This is for texts and programs, whose faults can be seen when they are read. On reasoning, criticism by the
    model itself makes as many answers worse as better (Huang et al. 2023, arXiv:2310.01798).

    Feedback is an aside (`Prompt.aside`); a refinement is the answer, and is asked for its form again (`Prompt.form`).

    Calls: 1 of the wrapped backend for the draft; then in each round 1 of the critic and, unless it accepts the answer,
    1 of the bare model.

    Attributes:
        rounds: how many times feedback is given at most.
        critic: who gives feedback; `None` is the bare model, as in the paper.

    Raises:
        UsageError: `rounds` is not positive or is more than 1,000.
    """

    rounds: int = 4
    critic: Backend | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.rounds <= MOST_ROUNDS:
            raise UsageError(f"rounds={self.rounds}: give at least 1 and at most {MOST_ROUNDS:,}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Draft, then feedback and refinement at most `rounds` times."""
        draft, history = await ask(prompt, step=DRAFT), prompt
        request, refine = self.templates.text("self_refine/feedback"), self.templates.text("self_refine/refine")
        for _ in range(self.rounds):
            answer = passed_on(draft.text)
            feedback = await ask(prompt.then(answer, request).aside(), self.critic or self.base, step=CRITIQUE)
            if read_verdict(feedback.text, cut_off=feedback.finish_reason == "length"):
                break
            history = history.then(answer, request).then(passed_on(feedback.text), refine)
            draft = await ask(history.with_form(prompt.form), self.base, step=REVISION)
        return draft
