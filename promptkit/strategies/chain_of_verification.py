"""Chain of verification: have questions asked that check the facts of an answer, and the answer revised by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.gather import gather
from promptkit.strategies.plan_list import MOST, parse_plan
from promptkit.strategies.steps import CHECKS, DRAFT, PLAN, REVISION, member_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

Style = Literal["joint", "two-step", "factored", "factor-revise"]
NO_CHECKS = "kept the answer: no questions that check it could be read"
LEFT_OUT = "left out questions that check the answer: there were more than max_questions"


@dataclass(frozen=True, kw_only=True)
class ChainOfVerification(Strategy):
    """Draft, ask questions that check the draft, answer them apart from it, and revise.

    Dhuliawala et al. 2023, "Chain-of-Verification Reduces Hallucination in Large Language Models", arXiv:2309.11495. A
    model that sees its own draft repeats the mistakes in it, so the styles differ in what the checking calls see:

    - "joint": the questions are asked and answered in one call, which sees the draft.
    - "two-step": the questions are asked in one call, and all answered in another, which sees nothing but them.
    - "factored": each question is answered in a call of its own, which sees nothing but this question. The calls are
      made at the same time.
    - "factor-revise": besides, the draft is compared with each answer in a call of its own before it is revised.

    "Nothing but" is but for the system turn, earlier turns and images of the prompt. The words are our own and without
    the paper's examples. The bare model asks the questions, compares and revises; the wrapped backend drafts. All but
    the draft and the revision are asides (`Prompt.aside`); the revision is asked for the form of the answer again
    (`Prompt.form`). Where no questions can be read, the draft is the answer; of more than `max_questions` the last are
    left out. The `note` reports either.

    Calls: joint 3, two-step 4, factored 3 and 1 for each question, factor-revise 3 and 2 for each question; 2 where no
    questions can be read.

    Attributes:
        style: which of the four.
        max_questions: how many questions are answered at most.
        checker: who answers the questions in the last three styles; `None` is the bare model.

    Raises:
        UsageError: an unknown style, no question is allowed, or a checker in the style that has none.
    """

    style: Style = "factored"
    max_questions: int = 8
    checker: Backend | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.style not in get_args(Style):
            raise UsageError(f"style={self.style!r}: there are {', '.join(get_args(Style))}")
        if not 1 <= self.max_questions <= MOST:
            raise UsageError(f"max_questions={self.max_questions}: allow at least one question and at most {MOST:,}")
        if self.checker is not None and self.style == "joint":
            raise UsageError("style='joint' has the drafting model answer the questions; leave checker out")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Draft, check in the style that is asked for, revise."""
        draft = await ask(prompt, step=DRAFT)
        shown = (
            prompt.without_form().aside().then(passed_on(draft.text), self._text("plan", questions=self.max_questions))
        )
        if self.style == "joint":
            checked = await ask(self._following(shown, "joint", questions=self.max_questions), self.base, step=CHECKS)
            if not passed_on(checked.text).strip():
                return _unchecked(draft)
            return await self._revised(prompt, draft, ask, text=passed_on(checked.text).strip())
        plan = await ask(shown, self.base, step=PLAN)
        listed = parse_plan(passed_on(plan.text), cut_off=plan.finish_reason == "length")
        questions = listed[: self.max_questions]
        if not questions:
            return _unchecked(draft)
        findings = await self._findings(prompt, shown, questions, ask)
        answer = await self._revised(prompt, draft, ask, **findings)
        left_out = len(listed) - len(questions)
        if not left_out:
            return answer
        note = f"{len(listed)} questions were to check the answer; the last {left_out} were left out"
        return answer.model_copy(update={"note": note, "fallbacks": (LEFT_OUT,)})

    async def _findings(self, prompt: Prompt, shown: Prompt, questions: Sequence[str], ask: Ask) -> dict[str, object]:
        """What the revision is told: the questions with their answers, or both as one text."""
        alone, checker = prompt.without_form().aside(), self.checker or self.base
        if self.style == "two-step":
            every = self._text("together", questions=list(questions))
            reply = await ask(alone.with_question(every), checker, step=CHECKS)
            return {"text": "\n".join([*_numbered(questions), "", passed_on(reply.text).strip()])}
        replies = await gather(
            ask(alone.with_question(self._text("check", question=question)), checker, step=member_step("check", number))
            for number, question in enumerate(questions, start=1)
        )
        checks = [
            {"question": question, "answer": passed_on(reply.text).strip(), "comparison": ""}
            for question, reply in zip(questions, replies, strict=True)
        ]
        if self.style == "factor-revise":
            compared = await gather(
                ask(self._compared(shown, check), self.base, step=member_step("comparison", number))
                for number, check in enumerate(checks, start=1)
            )
            for check, reply in zip(checks, compared, strict=True):
                check["comparison"] = passed_on(reply.text).strip()
        return {"checks": checks}

    async def _revised(self, prompt: Prompt, draft: Completion, ask: Ask, **findings: object) -> Completion:
        revise = prompt.then(passed_on(draft.text), self._text("revise", **findings))
        return await ask(revise.with_form(prompt.form), self.base, step=REVISION)

    def _compared(self, shown: Prompt, check: dict[str, str]) -> Prompt:
        return self._following(shown, "compare", question=check["question"], answer=check["answer"])

    def _following(self, shown: Prompt, step: str, **values: object) -> Prompt:
        """The conversation with the draft, in which another request follows it."""
        return shown.with_question(self._text(step, **values))

    def _text(self, step: str, **values: object) -> str:
        return self.templates.text(f"chain_of_verification/{step}", **values)


def _numbered(questions: Sequence[str]) -> list[str]:
    return [f"{number}. {question}" for number, question in enumerate(questions, start=1)]


def _unchecked(draft: Completion) -> Completion:
    note = "no questions that check the answer could be read; kept it"
    return draft.model_copy(update={"note": note, "fallbacks": (NO_CHECKS,)})
