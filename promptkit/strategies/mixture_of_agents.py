"""Mixture of agents: layers of models that propose answers, each seeing those before; one makes the last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.gather import gather
from promptkit.strategies.members import base_of, check_members, seats
from promptkit.strategies.steps import member_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

AGGREGATE = "aggregate"
MOST_LAYERS = 20


@dataclass(frozen=True, kw_only=True)
class MixtureOfAgents(Strategy):
    """Have several models answer, and one more make a better answer of theirs.

    Wang et al. 2024, "Mixture-of-Agents Enhances Large Language Model Capabilities", arXiv:2406.04692. The models of
    the first layer answer alone; those of a further one are shown the question with all answers of the layer before and
    asked for a synthesis; the last layer is one model, the aggregator. Differences: the answers stand in the turn of
    the user and not in the system text, since what a model wrote must not speak for the operator; and the paper has six
    different models in three layers, where two layers are its MoA-Lite.

    The proposers are draws of the wrapped backend, or take turns with `models`. The first answer is an attempt, with
    all that the strategies inside add; later layers go to the bare models. The form of the answer (`Prompt.form`) is
    asked for in every layer.

    Calls: proposers × (layers − 1) + 1; those of a layer at the same time.

    Attributes:
        proposers: how many answers a layer has.
        layers: how many layers there are, with that of the aggregator.
        models: further models that propose beside the wrapped one, in turn; on the command line
            `mixture-of-agents(models=openai/a|openai/b)`.
        aggregator: who makes the last answer; `None` is the bare model.
        temperature: of the proposers; `None` keeps the prompt's.

    Raises:
        UsageError: fewer than two proposers or layers, more models than proposers, or several proposers of one model at
            temperature 0.
    """

    proposers: int = 3
    layers: int = 2
    models: tuple[Backend, ...] = ()
    aggregator: Backend | None = None
    temperature: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_members("proposers", self.proposers, 1 + len(self.models))
        if not 2 <= self.layers <= MOST_LAYERS:
            fact = f"layers={self.layers}: the last is one call"
            raise UsageError(f"{fact}; give at least 2 and at most {MOST_LAYERS}")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask layer by layer, then the aggregator."""
        backends = (self.backend, *self.models)
        seated = seats(prompt, backends, self.proposers, self.temperature, technique="mixture-of-agents")
        proposals = await _layer(ask, 1, [(asked, backend) for backend, asked in seated])
        for number in range(2, self.layers):
            asked = [(self._synthesis(asked, proposals), base_of(backend)) for backend, asked in seated]
            proposals = await _layer(ask, number, asked)
        return await ask(self._synthesis(prompt, proposals), self.aggregator or self.base, step=AGGREGATE)

    def is_answer(self, step: str) -> bool:
        """That of the aggregator is."""
        return step == AGGREGATE

    def _synthesis(self, prompt: Prompt, proposals: Sequence[Completion]) -> Prompt:
        answers = [passed_on(reply.text).strip() for reply in proposals]
        question = prompt.without_form().question
        text = self.templates.text("mixture_of_agents/aggregate", question=question, answers=answers)
        return prompt.with_question(text).with_form(prompt.form)


async def _layer(ask: Ask, number: int, asked: list[tuple[Prompt, Backend]]) -> list[Completion]:
    return await gather(
        ask(prompt, backend, step=member_step(f"layer {number}", f"proposer {proposer}"))
        for proposer, (prompt, backend) in enumerate(asked, start=1)
    )
