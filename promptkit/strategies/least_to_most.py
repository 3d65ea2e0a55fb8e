"""Least-to-Most: the easy sub-questions first, one after the other, and the question itself as the last of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from promptkit.errors import UsageError
from promptkit.strategies.plan_list import MOST, parse_plan
from promptkit.strategies.plan_then_solve import LONG_PLAN, NO_PLAN
from promptkit.strategies.steps import PLAN, WHOLE_QUESTION, sub_question_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt


@dataclass(frozen=True, kw_only=True)
class LeastToMost(Strategy):
    """Show how questions are broken down, have this one broken down, and answer its parts in one conversation.

    Zhou et al. 2022, "Least-to-Most Prompting Enables Complex Reasoning in Large Language Models", arXiv:2205.10625.
    As in the paper worked examples show how to break a question down, every sub-question is asked behind the earlier
    ones and their answers, and the last is the question itself: its answer is the answer, and no call combines.
    Differences: the earlier questions and answers are turns of a conversation, where the paper continued one text; the
    examples are our own; and the paper's second prompt, which shows how sub-questions are answered, is left to a
    `FewShot` inside.

    It is not `PlanThenSolve`: that one shows no examples, numbers the answers in a list, and combines them in a call.

    The bare model breaks down; the wrapped backend answers. The list and the answers to sub-questions are asides
    (`Prompt.aside`); the question itself has everything that shapes the answer, its form included (`Prompt.form`).
    Where the list ends with the question's own last words, they are not asked twice. Without a readable list the
    question is asked alone, and of a list longer than `max_steps` the end is left out; the `note` reports either.

    Calls: 1 for the list, n of the wrapped backend for the n sub-questions, one after the other, and 1 for the question
    itself. Each prompt holds all that was answered before.

    Attributes:
        decompositions: questions with their sub-questions, the easiest first and without the question itself, shown
            instead of the two in the template: of the kind that is asked. The paper found that those of one kind of
            task don't help with another.
        max_steps: how many sub-questions are asked at most, the question itself not counted.

    Raises:
        UsageError: `max_steps` is below 1 or above 1,000, or a question has no list of sub-questions.
    """

    decompositions: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    max_steps: int = 16

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.max_steps <= MOST:
            raise UsageError(f"max_steps={self.max_steps}: allow at least one sub-question and at most {MOST:,}")
        given: Mapping[str, object] = self.decompositions
        for question, listed in given.items():
            if isinstance(listed, str) or not listed:  # each letter of a text would be a sub-question
                raise UsageError(f"decompositions: give {question!r:.60} a tuple of sub-questions, got {listed!r:.60}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Break down, answer the parts in a conversation, and ask the question itself at its end."""
        aside = prompt.without_form().aside()
        request = self._text("decompose", question=aside.question, decompositions=self._shown())
        listed = await ask(aside.with_question(request), self.base, step=PLAN)
        parts = parse_plan(passed_on(listed.text), cut_off=listed.finish_reason == "length")
        if not parts:
            whole = await ask(prompt, step=WHOLE_QUESTION)
            note = "no list was found in the reply; asked the question whole"
            return whole.model_copy(update={"note": note, "fallbacks": (NO_PLAN,)})
        before = parts[:-1] if _ends_with(aside.question, parts[-1]) else parts
        answer = await self._in_turn(before[: self.max_steps], prompt, aside, ask)
        left_out = len(before) - self.max_steps
        if left_out <= 0:
            return answer
        note = f"the list had {len(before)} sub-questions; the last {left_out} were left out"
        return answer.model_copy(update={"note": note, "fallbacks": (LONG_PLAN,)})

    async def _in_turn(self, parts: tuple[str, ...], prompt: Prompt, aside: Prompt, ask: Ask) -> Completion:
        """The answer to the question itself, asked behind its parts."""
        if not parts:
            return await ask(prompt, step=WHOLE_QUESTION)
        first = self._text("sub_question", question=aside.question, number=1, sub_question=parts[0])
        talk = aside.with_question(first)
        for number, following in enumerate((*parts[1:], None), start=1):
            reply = passed_on((await ask(talk, step=sub_question_step(number))).text)
            if following is None:
                talk = talk.then(reply, self._text("answer", question=aside.question))
            else:
                talk = talk.then(reply, self._text("sub_question", number=number + 1, sub_question=following))
        begun = prompt.messages[len(aside.messages) :]  # what the reply begins with, which no aside has
        return await ask(prompt.with_messages(*talk.messages, *begun).with_form(prompt.form), step=WHOLE_QUESTION)

    def _shown(self) -> list[dict[str, object]]:
        return [{"question": asked, "sub_questions": list(listed)} for asked, listed in self.decompositions.items()]

    def _text(self, step: str, **values: object) -> str:
        return self.templates.text(f"least_to_most/{step}", **values)


def _ends_with(question: str, part: str) -> bool:
    """Whether `part` is how the question ends, whatever its case, blanks and marks."""
    asked, ending = ("".join(re.findall(r"\w+", text.casefold())) for text in (question, part))
    return bool(ending) and asked.endswith(ending)
