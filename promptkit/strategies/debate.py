"""Debate: several agents answer, read each other's answers, answer again, and vote."""

from __future__ import annotations

from dataclasses import dataclass

from promptkit.answers import AnswerType
from promptkit.backend import Backend
from promptkit.errors import AnswerNotFound, UsageError
from promptkit.gather import gather
from promptkit.strategies.ballot import count
from promptkit.strategies.members import base_of, check_members, seats
from promptkit.strategies.steps import member_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

MOST_ROUNDS = 100


@dataclass(frozen=True, kw_only=True)
class Debate(Strategy):
    """Have several agents answer, show each the answers of the others, have it answer again, and keep the commonest.

    Du et al. 2023, "Improving Factuality and Reasoning in Language Models through Multiagent Debate", arXiv:2305.14325.
    As in the paper's code, an agent's conversation goes on: its own answer, then the latest ones of all others, and the
    question once more. `rounds` counts as there: the first is answered alone. Differences: the wording names no form of
    the answer, which the task states (`Prompt.form`), and long answers are not summarised.

    The agents are draws of the wrapped backend, as those of a `SelfConsistency` with as many draws, or take turns with
    `models`. The first answer is an attempt, with all that the strategies inside add; later ones go to the bare model.
    At equal calls a vote over independent answers did better than debate (Huang et al. 2023, arXiv:2310.01798, section
    4): compare the two before you trust it.

    Calls: agents × rounds; those of a round at the same time.

    Attributes:
        agents: how many there are.
        rounds: how often each answers, the first time alone.
        models: further models that are agents beside the wrapped one, in turn; on the command line
            `debate(models=openai/a|openai/b)`.
        answer: how an answer is read from a reply, and when two answers are the same.
        temperature: of all agents; `None` keeps the prompt's.

    Raises:
        AnswerNotFound: in the last round no agent had an answer. Carries all replies.
        UsageError: fewer than two agents or rounds, more models than agents, or several agents of one model at
            temperature 0.
    """

    agents: int = 3
    rounds: int = 2
    models: tuple[Backend, ...] = ()
    answer: AnswerType = AnswerType("text")
    temperature: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_members("agents", self.agents, 1 + len(self.models))
        if not 2 <= self.rounds <= MOST_ROUNDS:
            fact = f"rounds={self.rounds}: the first is no debate"
            raise UsageError(f"{fact}; give at least 2 and at most {MOST_ROUNDS}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask all agents in each round, and let their last answers vote."""
        seated = seats(prompt, (self.backend, *self.models), self.agents, self.temperature, technique="debate")
        histories, question = [asked for _, asked in seated], prompt.without_form().question
        replies = await _round(ask, 1, [(asked, backend) for backend, asked in seated])
        for number in range(2, self.rounds + 1):
            said = [passed_on(reply.text).strip() for reply in replies]
            heard = [self._heard(question, said, agent) for agent in range(self.agents)]
            histories = [h.then(own, others) for h, own, others in zip(histories, said, heard, strict=True)]
            asked = [history.with_form(prompt.form) for history in histories]
            models = [base_of(backend) for backend, _ in seated]
            replies = await _round(ask, number, list(zip(asked, models, strict=True)))
        vote = count(replies, self.answer, prompt.question)
        if vote.winner is None:
            fact = f"none of {self.agents} agents had a {self.answer.kind} answer in the last round"
            raise AnswerNotFound(f"{fact}; ask for an explicit form of the answer")
        note = f"{vote.leading[0]} of {self.agents} agents agree"
        return replies[vote.winner].model_copy(update={"note": note})

    def _heard(self, question: str, said: list[str], agent: int) -> str:
        """What an agent is told of the others."""
        others = [text for other, text in enumerate(said) if other != agent]
        return self.templates.text("debate/others", question=question, answers=others)


async def _round(ask: Ask, number: int, asked: list[tuple[Prompt, Backend]]) -> list[Completion]:
    return await gather(
        ask(prompt, backend, step=member_step(f"round {number}", f"agent {agent}"))
        for agent, (prompt, backend) in enumerate(asked, start=1)
    )
