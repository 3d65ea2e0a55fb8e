"""Verbalized sampling: have several answers written with their probabilities, and draw one of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from promptkit.errors import UsageError
from promptkit.strategies.candidates import Candidate, read_candidates
from promptkit.strategies.steps import CANDIDATES
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

NO_CANDIDATES = "kept the whole reply: no list of answers could be read"
NO_CHANCES = "drew with equal chances: no probabilities could be read"
MOST_CANDIDATES = 100  # in one reply


@dataclass(frozen=True, kw_only=True)
class VerbalizedSampling(Strategy):
    """Ask for several answers with their probabilities in one reply, and draw one by these.

    Zhang et al. 2025, "Verbalized Sampling: How to Mitigate Mode Collapse and Unlock LLM Diversity", arXiv:2510.01171:
    for texts that shall differ, such as stories, jokes and made-up data, where a tuned model that is asked the same
    again writes the same again. The probabilities are the model's own words, not those of its tokens.

    Which one is drawn depends on the question and the draw (`Prompt.draw`), so a run that is made again draws the same,
    and the draws of a vote differ. Several answers in one reply are longer than one: the call is an aside
    (`Prompt.aside`), with the form of the answer in the question. Answers without a readable probability are left out
    where others have one; where none has, all are equally likely. Where no list can be read, the whole reply is the
    answer. The `note` reports either.

    Calls: 1 of the wrapped backend; the reply is longer by the other answers.

    Attributes:
        candidates: how many answers are asked for.
        below: with a number such as 0.1, answers less likely than that are asked for, from the tails of the
            distribution; `None` asks for the whole distribution.

    Raises:
        UsageError: fewer than 2 candidates, more than 100, or `below` is not between 0 and 1.
    """

    candidates: int = 5
    below: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 2 <= self.candidates <= MOST_CANDIDATES:
            raise UsageError(f"candidates={self.candidates}: ask for at least 2 and at most {MOST_CANDIDATES}")
        if self.below is not None and not 0 < self.below < 1:
            raise UsageError(f"below={self.below}: give a probability between 0 and 1, such as 0.1")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for the candidates and draw one."""
        wanted = {"candidates": self.candidates, "below": self.below or 0}
        request = self.templates.text("verbalized_sampling/candidates", question=prompt.question, **wanted)
        reply = await ask(prompt.aside().with_question(request), step=CANDIDATES)
        found = read_candidates(reply.text)
        if not found:
            note = "no list of answers could be read; kept the whole reply"
            return reply.model_copy(update={"note": note, "fallbacks": (NO_CANDIDATES,)})
        likely = [one for one in found if one.probability]
        drawn = _drawn(likely or found, prompt)
        chance = f"it says {drawn.probability:g}" if likely else "no probability could be read"
        note = f"drew answer {found.index(drawn) + 1} of {len(found)}, of which {chance}"
        fallbacks = () if likely else (NO_CHANCES,)
        return reply.model_copy(update={"text": drawn.text, "note": note, "fallbacks": fallbacks})


def _drawn(found: Sequence[Candidate], prompt: Prompt) -> Candidate:
    """One of the candidates: always the same for the same question and draw."""
    seed = f"{prompt.draw} {prompt.repeat} {prompt.question}"
    return random.Random(seed).choices(found, [one.probability or 1.0 for one in found])[0]  # noqa: S311 - not for secrets
