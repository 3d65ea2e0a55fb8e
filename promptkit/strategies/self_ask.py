"""Self-Ask: the model asks itself follow-up questions before it answers, and a search may answer them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.self_reflection import MOST_ROUNDS
from promptkit.strategies.steps import WHOLE_QUESTION, follow_up_step, search_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Message, Prompt

STOPPED_ASKING = "asked for the answer: it had as many follow-up questions answered as max_follow_ups"
ASKS = "Follow up: "  # how a reply begins the line that asks a follow-up question

_FOLLOW_UP = re.compile(
    r"^[ \t>*_]*(?:Follow[ -]?up(?: question)?|追問|追问)[ \t*_]*[:：][ \t*_]*(\S.*)", re.IGNORECASE | re.MULTILINE
)
_FINAL = re.compile(r"final answer is|最後的答案是|最后的答案是", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class SelfAsk(Strategy):
    """Show worked examples that ask and answer follow-up questions before they answer, and ask in the same way.

    Press et al. 2022, "Measuring and Narrowing the Compositionality Gap in Language Models", arXiv:2210.03350, in the
    paper's format: "Are follow up questions needed here: Yes.", "Follow up: …", "Intermediate answer: …", "So the final
    answer is: …". Differences: the examples are our own, three where the paper has four, and stand as turns of a
    conversation. With a `searcher` each reply is stopped before its intermediate answer, as in the paper; what the
    searcher found is the next user turn, since most chat models can't continue a reply that is begun.

    A follow-up question is read from a line of its own. A reply with none, or with the final answer behind it, is the
    answer. When `max_follow_ups` were answered, the answer is asked for, and the `note` reports it.

    Calls: 1 of the wrapped backend. With a `searcher`: 1 of the wrapped backend and 1 of the searcher for each
    follow-up question, and 1 of the wrapped backend for the answer; at most 2 * max_follow_ups + 1, one after the
    other.

    Attributes:
        searcher: who answers the follow-up questions, and is shown nothing but the one it answers: a search as a
            `FunctionModel`, or another model. `None`: the model itself, in one reply.
        max_follow_ups: how many follow-up questions the searcher is asked at most.

    Raises:
        UsageError: `max_follow_ups` is below 1 or above 1,000.
    """

    searcher: Backend | None = None
    max_follow_ups: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.max_follow_ups <= MOST_ROUNDS:
            most = f"and at most {MOST_ROUNDS:,}"
            raise UsageError(f"max_follow_ups={self.max_follow_ups}: allow at least one follow-up question {most}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask once, or in turns with the searcher."""
        searched = self.searcher is not None
        *shown, asked = self.templates.render("self_ask/ask", question=prompt.question, searched=searched)
        first = prompt.with_question(asked.text).with_context(*shown)
        return await (ask(first) if self.searcher is None else self._in_turns(first, ask, self.searcher))

    async def _in_turns(self, first: Prompt, ask: Ask, searcher: Backend) -> Completion:
        begins = self._intermediate()
        talk = first
        for number in range(1, self.max_follow_ups + 1):
            reply = await ask(talk.with_stop(*first.stop, begins), step=follow_up_step(number))
            said = passed_on(reply.text).partition(begins)[0].rstrip()  # of a model that no stop text stops
            question = _follow_up(said)
            if question is None:
                return reply
            alone = first.aside().with_messages(Message(role="user", content=question))
            found = passed_on((await ask(alone, searcher, step=search_step(number))).text).strip()
            talk = talk.then(said, self._intermediate(answer=found, last=number == self.max_follow_ups))
        answer = await ask(talk.with_form(first.form), step=WHOLE_QUESTION)
        note = f"{self.max_follow_ups} follow-up questions were answered; then the answer was asked for"
        return answer.model_copy(update={"note": note, "fallbacks": (STOPPED_ASKING,)})

    def _intermediate(self, *, answer: str = "", last: bool = False) -> str:
        return self.templates.text("self_ask/intermediate", answer=answer, last=last).strip()


def _follow_up(said: str) -> str | None:
    """The last follow-up question, unless the final answer stands behind it."""
    found = list(_FOLLOW_UP.finditer(said))
    if not found or _FINAL.search(said, found[-1].end()):
        return None
    return found[-1][1].strip(" \t*_")
