"""Cascade: a cheap model first, and a more expensive one where its answers disagree."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.gather import gather
from promptkit.strategies.ballot import count
from promptkit.strategies.draws import EqualDraws, check_draws
from promptkit.strategies.members import name_of
from promptkit.strategies.steps import draw_step, member_step
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt


@dataclass(frozen=True, kw_only=True)
class Cascade(Strategy):
    """Ask a cheap model several times, and a more expensive one only where the answers disagree or there is none.

    Chen et al. 2023, "FrugalGPT: How to Use Large Language Models While Reducing Cost and Improving Performance",
    arXiv:2305.05176, ask models in a list until one answer is reliable enough, which a trained model scores. Here it is
    scored as by Yue et al. 2023, "Large Language Model Cascades with Mixture of Thoughts Representations for
    Cost-efficient Reasoning", arXiv:2310.03094: by the share of draws that have the commonest answer, without training.
    They draw more often, and from several ways to ask as well; here it is one way, the wrapped backend.

    Every model of the list but the last is drawn from in this way; the last is asked once, and its reply comes back
    whatever it is. The draws are those of a `SelfConsistency` with as many draws, the last call is that of the model
    asked directly, so in one run they are shared.

    Calls: `draws` of the wrapped backend at the same time; where they disagree, `draws` of each further model but the
    last until those of one agree, and 1 of the last.

    Attributes:
        to: the models that are asked where answers disagree, the cheapest first; on the command line
            `cascade(to=openai/gpt-5)` or `cascade(to=openai/a|openai/b)`.
        draws: how many answers are drawn of each model but the last; 1 goes on only where there is no answer.
        agreement: the share of draws that must have the commonest answer, above 0, at most 1; a draw without an answer
            agrees with none.
        answer: how an answer is read from a reply, and when two answers are the same.
        temperature: of the draws; `None` keeps the prompt's.

    Raises:
        UsageError: no model to go on to, `draws` is not positive or is more than 10,000, or several draws at
            temperature 0.
    """

    to: tuple[Backend, ...]
    draws: int = 3
    agreement: float = 1.0
    answer: AnswerType = AnswerType("text")
    temperature: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.to:
            raise UsageError("to is empty: give the models that are asked where answers disagree")
        if self.draws < 1:
            raise UsageError(f"draws={self.draws}: draw at least one answer")
        if not 0 < self.agreement <= 1:
            raise UsageError(f"agreement={self.agreement}: give a share above 0 and at most 1")
        check_draws(self, self.draws)

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask the models in order, until the draws of one agree."""
        told = ""
        for place, backend in enumerate((self.backend, *self.to[:-1])):
            replies = await self._drawn(prompt, ask, backend, place)
            vote = count(replies, self.answer, prompt.question)
            share = f"{vote.leading[0]} of {self.draws} draws of {name_of(backend)} agree"
            told = f"{told}; {share}" if told else share
            if vote.winner is not None and vote.leading[0] / self.draws >= self.agreement:
                return replies[vote.winner].model_copy(update={"note": told})
        reply = await ask(prompt, self.to[-1], step="escalation")
        return reply.model_copy(update={"note": f"{told}; asked {name_of(self.to[-1])}"})

    async def _drawn(self, prompt: Prompt, ask: Ask, backend: Backend, place: int) -> list[Completion]:
        sampled = prompt if self.temperature is None else prompt.with_temperature(self.temperature)
        if self.draws > 1 and sampled.temperature == 0:
            raise EqualDraws("cascade at temperature 0 draws the same answer every time; give a temperature")
        steps = [draw_step(i) if place == 0 else member_step(f"model {place + 1}", i) for i in range(self.draws)]
        return await gather(ask(sampled.split_draw(i, self.draws), backend, step=step) for i, step in enumerate(steps))
