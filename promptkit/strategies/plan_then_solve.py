"""Plan, then solve: break a large problem into small ones, answer each, and combine."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.errors import UsageError
from promptkit.strategies.plan_list import parse_plan
from promptkit.strategies.steps import COMBINE, PLAN, WHOLE_QUESTION, sub_question_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NO_PLAN = "fell back to a direct answer: no plan could be read"
LONG_PLAN = "left out the end of the plan: it had more than max_steps"


@dataclass(frozen=True, kw_only=True)
class PlanThenSolve(Strategy):
    """Ask for a list of sub-questions, answer them one by one with the earlier answers in view, and combine.

    Zhou et al. 2022, "Least-to-Most Prompting Enables Complex Reasoning in Large Language Models", arXiv:2205.10625.
    Differences: no worked examples are needed, the list may be written in any usual form, and a last call combines the
    answers, where in the paper the last sub-question is the question itself. The bare model plans and combines; the
    wrapped backend answers the sub-questions. The plan and the answers to sub-questions are asides (`Prompt.aside`);
    the combination is the answer, and it alone is asked for the form of the answer (`Prompt.form`), in its last line.

    If the plan can't be parsed, the question is asked whole; a plan of more than `max_steps` is cut there. The
    completion's `note` reports either.

    Calls: 1 for the plan, 1 for each sub-question, one after the other, and 1 to combine; 2 when it falls back.

    Attributes:
        max_steps: how many sub-questions are asked at most.
    """

    max_steps: int = 16

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.max_steps < 1:
            raise UsageError(f"max_steps={self.max_steps}: allow at least one sub-question")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Plan, solve step by step, combine."""
        aside = prompt.without_form().aside()
        question = aside.question
        plan = await ask(aside.with_question(self._text("plan", question=question)), self.base, step=PLAN)
        listed = parse_plan(passed_on(plan.text), cut_off=plan.finish_reason == "length")
        if not listed:
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "no list was found in the plan; asked the question whole"
            return whole.model_copy(update={"note": note, "fallbacks": (NO_PLAN,)})
        solved: list[dict[str, str]] = []
        for number, sub_question in enumerate(listed[: self.max_steps], start=1):
            text = self._text("solve", question=question, solved=solved, number=number, sub_question=sub_question)
            reply = await ask(aside.with_question(text), step=sub_question_step(number))
            solved.append({"question": sub_question, "answer": passed_on(reply.text).strip()})
        combine = prompt.with_question(self._text("combine", question=question, solved=solved)).with_form(prompt.form)
        answer = await ask(combine, self.base, step=COMBINE)
        left_out = len(listed) - len(solved)
        if not left_out:
            return answer
        note = f"the plan had {len(listed)} steps; the last {left_out} were left out"
        return answer.model_copy(update={"note": note, "fallbacks": (LONG_PLAN,)})

    def _text(self, step: str, **values: object) -> str:
        return self.templates.text(f"plan_then_solve/{step}", **values)
