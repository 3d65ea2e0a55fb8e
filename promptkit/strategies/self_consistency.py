"""Self-consistency: draw several answers and keep the most common one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from promptkit.answers import Answer, AnswerType
from promptkit.answers.votes import ballots
from promptkit.errors import AnswerNotFound, UsageError
from promptkit.strategies.draws import check_draws, draw
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt


@dataclass(frozen=True, kw_only=True)
class SelfConsistency(Strategy):
    """Draw several answers and keep the most common one.

    Wang et al. 2022, "Self-Consistency Improves Chain of Thought Reasoning in Language Models", arXiv:2203.11171. The
    paper's unweighted vote over parsed answers; those that grading takes for each other are one. A draw without an
    answer has no vote; ties go to the answer that was drawn first. The reply returned is the first draw with the
    winning answer. A vote means something only if sampling is random: at temperature 0 all draws are the same. That is
    refused here where the temperature is given; where it is a model's default (`default_temperature`), `promptkit ask`,
    `bench` and `compare` refuse it before they ask.

    Calls: `draws` concurrent calls of the wrapped backend.

    Attributes:
        draws: how many answers are drawn.
        answer: how an answer is read from a reply, and when two answers are the same.
        temperature: of the draws; `None` keeps the prompt's.

    Raises:
        AnswerNotFound: no draw had an answer. Carries all draws.
        UsageError: `draws` is not positive or is more than 10,000, or the draws would be sampled at temperature 0.
    """

    answer: AnswerType = AnswerType("text")
    draws: int = 5
    temperature: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.draws < 1:
            raise UsageError(f"draws={self.draws}: draw at least one answer")
        check_draws(self, self.draws)

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for all draws concurrently and let their answers vote."""
        replies = await draw(ask, prompt, self.draws, self.temperature, technique="self-consistency")
        found = [self._read(reply, prompt.question) for reply in replies]
        cast = ballots(found, self.answer, question=prompt.question)
        votes = Counter(ballot for ballot in cast if ballot is not None)
        if not votes:
            message = (
                f"none of {self.draws} draws had a {self.answer.kind} answer; ask for an explicit form of the answer"
            )
            raise AnswerNotFound(message)
        winner = max(votes, key=votes.__getitem__)  # the first of equals: a Counter keeps the order drawn
        reply = next(r for r, ballot in zip(replies, cast, strict=True) if ballot == winner)
        return reply.model_copy(update={"note": f"{votes[winner]} of {self.draws} draws agree"})

    def _read(self, reply: Completion, question: str) -> Answer | None:
        cut_off = (
            reply.finish_reason == "length"
        )  # then a number in mid-sentence is not an answer: it must be announced
        return self.answer.find(reply.text, question=question, strict=cut_off)
