"""Plan, then solve: break a large problem into small ones, answer each, and combine."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.errors import UsageError
from promptkit.gather import gather
from promptkit.strategies.plan_list import MOST, listed, parse_plan
from promptkit.strategies.plan_needs import UNREAD_NEEDS, Part, by_needs, one_after_the_other, waves
from promptkit.strategies.steps import COMBINE, PLAN, WHOLE_QUESTION, sub_question_step, wave_step
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
    answers, where in the paper the last sub-question is the question itself (`LeastToMost`). The bare model plans and
    combines; the wrapped backend answers the sub-questions. The plan and the answers to sub-questions are asides
    (`Prompt.aside`); the combination is the answer, and it alone is asked for the form of the answer (`Prompt.form`),
    in its last line. It is not `PlanAndSolve`, whose plan and its execution are one reply.

    With `parallel` the plan also says which sub-questions need the answers to which, as Kim et al. 2023, "An LLM
    Compiler for Parallel Function Calling", arXiv:2312.04511, have it said of functions. Each sub-question is shown the
    answers that it needs and no others, and those that need nothing open are asked at the same time, in waves. One that
    does not say what it needs, or names itself, a later one or one that is not there, is shown all answers before it,
    and the `note` reports it: nothing waits in a circle.

    If the plan can't be parsed, the question is asked whole; a plan of more than `max_steps` is cut there. The
    completion's `note` reports either.

    Calls: 1 for the plan, 1 for each sub-question, one after the other or in waves, and 1 to combine; 2 when it falls
    back.

    Attributes:
        max_steps: how many sub-questions are asked at most.
        parallel: whether sub-questions say what they need, and independent ones are asked at the same time.
    """

    max_steps: int = 16
    parallel: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.max_steps <= MOST:
            raise UsageError(f"max_steps={self.max_steps}: allow at least one sub-question and at most {MOST:,}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Plan, solve step by step, combine."""
        aside = prompt.without_form().aside()
        question = aside.question
        request = self._text("plan_needs" if self.parallel else "plan", question=question)
        plan = await ask(aside.with_question(request), self.base, step=PLAN)
        parts, told = self._parts(plan)
        if not parts:
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "no list was found in the plan; asked the question whole"
            return whole.model_copy(update={"note": note, "fallbacks": (NO_PLAN,)})
        asked = parts[: self.max_steps]
        answers = await self._answers(asked, aside, ask)
        solved = [{"question": part.question, "answer": answers[part.number]} for part in asked]
        combine = prompt.with_question(self._text("combine", question=question, solved=solved)).with_form(prompt.form)
        answer = await ask(combine, self.base, step=COMBINE)
        if left_out := len(parts) - len(asked):
            told[LONG_PLAN] = f"the plan had {len(parts)} steps; the last {left_out} were left out"
        return (
            answer.model_copy(update={"note": "; ".join(told.values()), "fallbacks": tuple(told)}) if told else answer
        )

    def _parts(self, plan: Completion) -> tuple[tuple[Part, ...], dict[str, str]]:
        """The sub-questions of a plan; and what is done otherwise than it says, as it is counted and as it is noted."""
        text, cut_off = passed_on(plan.text), plan.finish_reason == "length"
        if not self.parallel:
            return one_after_the_other(parse_plan(text, cut_off=cut_off)), {}
        parts, wrong = by_needs(listed(text, cut_off=cut_off))
        return parts, {UNREAD_NEEDS: "; ".join(wrong)} if wrong else {}

    async def _answers(self, parts: tuple[Part, ...], aside: Prompt, ask: Ask) -> dict[int, str]:
        """The answers by the numbers of the sub-questions: those of a wave are asked at the same time."""
        question_of = {part.number: part.question for part in parts}
        answers: dict[int, str] = {}

        async def answer(part: Part, step: str) -> str:
            solved = [{"question": question_of[number], "answer": answers[number]} for number in part.needs]
            values = {"solved": solved, "number": part.number, "sub_question": part.question}
            text = self._text("solve", question=aside.question, **values)
            return passed_on((await ask(aside.with_question(text), step=step)).text).strip()

        for place, wave in enumerate(waves(parts), start=1):
            alone = len(wave) == 1
            steps = [sub_question_step(part.number) if alone else wave_step(place, part.number) for part in wave]
            replies = await gather(map(answer, wave, steps))
            answers |= {part.number: reply for part, reply in zip(wave, replies, strict=True)}
        return answers

    def is_answer(self, step: str) -> bool:
        """The combination is, and so is the question asked whole."""
        return step in (COMBINE, WHOLE_QUESTION)

    def _text(self, step: str, **values: object) -> str:
        return self.templates.text(f"plan_then_solve/{step}", **values)
