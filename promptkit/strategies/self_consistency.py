"""Self-consistency: draw several answers and keep the most common one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from promptkit.answers import AnswerType
from promptkit.errors import AnswerNotFound, UsageError
from promptkit.strategies.ballot import Vote, count
from promptkit.strategies.draws import check_draws, draw
from promptkit.strategies.stopping import StopRule, draws_until_sure, is_unanimous, leader_probability
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
    `bench` and `compare` refuse it before they ask. Texts that can't be counted are for
    `BestOfN(pick="most-consistent")`.

    With `stop` it draws no more than it takes, and `draws` is the most:

    `beta`: Adaptive-Consistency, Aggarwal et al. 2023, "Let's Sample Step by Step: Adaptive-Consistency for Efficient
    Reasoning and Coding with LLMs", arXiv:2305.11860. It stops when the leading answer is likelier than the second with
    a probability of at least `threshold`, 0.95 in the paper. The paper draws one answer at a time; here those without
    which the rule can't stop are drawn at the same time, first 4 of them, and it stops at the same draw.

    `window`: ESC, Li et al. 2024, "Escape Sky-high Cost: Early-stopping Self-Consistency for Multi-step Reasoning",
    arXiv:2401.10480. `window` answers are drawn at the same time, until all of one window are the same; all draws vote.

    Draws have the numbers that they have without `stop`, so in one run both share them.

    Calls: `draws` of the wrapped backend at the same time; with `stop` at most as many, some of them one after the
    other.

    Attributes:
        draws: how many answers are drawn; with `stop`, at most.
        answer: how an answer is read from a reply, and when two answers are the same.
        temperature: of the draws; `None` keeps the prompt's.
        stop: the rule by which it stops early; `None` draws all.
        threshold: of the rule `beta`: how sure the lead has to be, between 0.5 and 1.
        window: of the rule `window`: how many answers a window has.

    Raises:
        AnswerNotFound: no draw had an answer. Carries all draws.
        UsageError: `draws` is not positive or is more than 10,000, the draws would be sampled at temperature 0, or the
            rule can never stop before all draws.
    """

    answer: AnswerType = AnswerType("text")
    draws: int = 5
    temperature: float | None = None
    stop: StopRule | None = None
    threshold: float = 0.95
    window: int = 5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.draws < 1:
            raise UsageError(f"draws={self.draws}: draw at least one answer")
        check_draws(self, self.draws)
        if not 0.5 < self.threshold < 1:
            raise UsageError(f"threshold={self.threshold}: give more than 0.5 and less than 1")
        if self.window < 2:
            raise UsageError(f"window={self.window}: one answer agrees with itself; give at least 2")
        if self.stop is not None:
            self._check_rule()

    def _check_rule(self) -> None:
        if self.stop not in get_args(StopRule):
            raise UsageError(f"stop={self.stop!r}: give one of {', '.join(get_args(StopRule))}, or leave it out")
        first = self._next_draws(Vote())
        if first >= self.draws:
            fact = f"stop={self.stop} can't stop before draw {first}"
            raise UsageError(f"{fact}, and draws={self.draws} are the most; raise draws, or leave stop out")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the draws, all concurrently or until the rule stops, and let their answers vote."""
        replies: list[Completion] = []
        vote = Vote()
        while len(replies) < self.draws and not self._may_stop(vote):
            which = range(len(replies), min(self.draws, len(replies) + self._next_draws(vote)))
            replies += await draw(ask, prompt, self.draws, self.temperature, technique="self-consistency", which=which)
            vote = count(replies, self.answer, prompt.question)
        if vote.winner is None:
            message = (
                f"none of {len(replies)} draws had a {self.answer.kind} answer; ask for an explicit form of the answer"
            )
            raise AnswerNotFound(message)
        early = f", of at most {self.draws}" if len(replies) < self.draws else ""
        note = f"{vote.leading[0]} of {len(replies)} draws agree{early}"
        return replies[vote.winner].model_copy(update={"note": note})

    def _next_draws(self, vote: Vote) -> int:
        """How many more draws it takes before the rule can stop."""
        if self.stop == "window":
            return self.window
        return draws_until_sure(*vote.leading, self.threshold) if self.stop == "beta" else self.draws

    def _may_stop(self, vote: Vote) -> bool:
        if self.stop == "window":
            return is_unanimous(vote.cast[-self.window :])
        return self.stop == "beta" and leader_probability(*vote.leading) >= self.threshold
