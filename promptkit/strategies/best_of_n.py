"""Best of n: draw several answers and have the best one picked."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from promptkit.answers.reply import visible_text
from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.draws import check_draws, draw
from promptkit.strategies.steps import PICK
from promptkit.strategies.thoughts import passed_on
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

UNREADABLE_PICK = "kept the first draw: the pick could not be read"
_PICK = re.compile(
    r"(?:best|最佳)\W{0,8}(?:(?:answer|one|答案)\W{0,4})?(?:(?:is|would\sbe)\W{1,8})?(?:(?:answer|number)\W{0,4})?"
    r"(\d{1,4})(?!\d|[.,]\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class BestOfN(Strategy):
    """Draw several answers, show them side by side, and have the best one picked.

    Chen et al. 2023, "Universal Self-Consistency for Large Language Model Generation", arXiv:2311.17311: for answers
    that can't be counted, such as texts and programs. The paper asks for the most consistent answer; this asks for the
    best one. The pick is an aside (`Prompt.aside`).

    They are shown in a random order, since judges prefer some places to others (Zheng et al. 2023, arXiv:2306.05685).
    The draws are those of a `SelfConsistency` with the same number of draws, so both share them in one run. If the pick
    can't be read, the first draw is kept, and the completion's `note` reports it.

    Calls: `draws` concurrent calls of the wrapped backend, then 1 of the judge.

    Attributes:
        draws: how many answers are drawn.
        temperature: of the draws; `None` keeps the prompt's.
        judge: who picks; `None` is the bare model.

    Raises:
        UsageError: fewer than two draws, more than 10,000, or they would be sampled at temperature 0.
    """

    draws: int = 5
    temperature: float | None = None
    judge: Backend | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.draws < 2:
            raise UsageError(f"draws={self.draws}: there is nothing to pick from fewer than two; draw at least 2")
        check_draws(self, self.draws)

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for all draws concurrently, then for the pick."""
        drawn = await draw(ask, prompt, self.draws, self.temperature, technique="best-of-n")
        order = _order(prompt, self.draws)
        choice = self.templates.text(
            "best_of_n/pick",
            question=prompt.question,
            candidates=[passed_on(drawn[index].text).strip() for index in order],
        )
        pick = await ask(prompt.aside().with_question(choice), self.judge or self.base, step=PICK)
        number = _picked(pick.text, self.draws)
        if number is None:
            note = "the pick could not be read; kept the first draw"
            return drawn[0].model_copy(update={"note": note, "fallbacks": (UNREADABLE_PICK,)})
        picked = order[number - 1]
        return drawn[picked].model_copy(update={"note": f"draw {picked} was picked"})


def _order(prompt: Prompt, draws: int) -> list[int]:
    """In which the draws are shown: another one for each question and draw, always the same for the same."""
    seed = f"{prompt.draw} {prompt.question}"
    return random.Random(seed).sample(range(draws), draws)  # noqa: S311 - not for secrets


def _picked(text: str, draws: int) -> int | None:
    """The last number announced as the best, when there is such a draw."""
    numbers = [int(found) for found in _PICK.findall(visible_text(text))]
    return numbers[-1] if numbers and 1 <= numbers[-1] <= draws else None
