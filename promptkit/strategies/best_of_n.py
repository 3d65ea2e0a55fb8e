"""Best of n: draw several answers and have the best one picked."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from promptkit.backend import Backend
from promptkit.errors import UsageError
from promptkit.strategies.called import NO_SCORE, scored
from promptkit.strategies.draws import check_draws, draw
from promptkit.strategies.picks import read_pick
from promptkit.strategies.steps import PICK, member_step
from promptkit.strategies.thoughts import passed_on
from promptkit.strategies.tournament import knockout, round_robin
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

UNREADABLE_PICK = "kept the first draw: the pick could not be read"
UNREADABLE_MATCH = "left a comparison undecided: the pick could not be read"
Pick = Literal["best", "most-consistent", "knockout", "round-robin"]


@dataclass(frozen=True, kw_only=True)
class BestOfN(Strategy):
    """Draw several answers and have the best one picked: by a model that sees them, or by a function that scores them.

    `pick` says how a model picks. What it is asked are asides (`Prompt.aside`).

    `best`: it is shown all answers side by side and names the best one.

    `most-consistent`: the same, but it names the answer that agrees most with the others: universal self-consistency,
    Chen et al. 2023, "Universal Self-Consistency for Large Language Model Generation", arXiv:2311.17311, a vote over
    answers that can't be counted, such as texts and programs.

    `knockout`: it compares two answers at a time; the first with the second, the winner with the third, and so on.
    `round-robin`: it compares every answer with every other; the one with the most points wins. In both, each two are
    compared in both orders, since judges prefer some places to others (Zheng et al. 2023, arXiv:2306.05685); where the
    two verdicts differ, a match is a draw, and the answer that was drawn first stands.

    For that reason `best` and `most-consistent` show the answers in a random order (the paper keeps theirs). The draws
    are those of a `SelfConsistency` with the same number of draws, so both share them in one run. If a pick can't be
    read, the first draw is kept or the match is a draw; the completion's `note` and `fallbacks` report it.

    With `score` no model is asked: the answer with the highest score wins, of equals the one drawn first. A score that
    raises or is no finite number counts as none and is reported; where no answer has one, the first is kept.

    Calls: `draws` concurrent calls of the wrapped backend, then of the judge 1 for `best` and `most-consistent`,
    2 × (draws − 1) for `knockout`, draws × (draws − 1) for `round-robin`, and none with `score`.

    Attributes:
        draws: how many answers are drawn.
        temperature: of the draws; `None` keeps the prompt's.
        judge: who picks; `None` is the bare model.
        pick: how a model picks.
        score: a function of the text of a reply that returns a number, more for a better one; sync (called in a
            thread) or async. On the command line a path: `best-of-n(score=mine:quality)`.

    Raises:
        UsageError: fewer than two draws, more than 10,000, they would be sampled at temperature 0, or both `score` and
            a `pick` or `judge` are given.
    """

    draws: int = 5
    temperature: float | None = None
    judge: Backend | None = None
    pick: Pick = "best"
    score: Callable[[str], float | Awaitable[float]] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.draws < 2:
            raise UsageError(f"draws={self.draws}: there is nothing to pick from fewer than two; draw at least 2")
        check_draws(self, self.draws)
        if self.pick not in get_args(Pick):
            raise UsageError(f"pick={self.pick!r}: give one of {', '.join(get_args(Pick))}")
        if self.score is not None and not callable(self.score):
            raise UsageError(f"score={self.score!r:.80}: give a function of a reply's text")
        if self.score is not None and (self.judge is not None or self.pick != "best"):
            raise UsageError("score picks by itself; leave out judge and pick, or score")

    async def solve(self, prompt: Prompt, ask: Ask) -> Completion:
        """Ask for all draws concurrently, then pick one."""
        drawn = await draw(ask, prompt, self.draws, self.temperature, technique="best-of-n")
        if self.score is not None:
            return await self._best_scored(drawn, self.score)
        if self.pick in ("best", "most-consistent"):
            return await self._named(drawn, prompt, ask)
        return await self._winner(drawn, prompt, ask)

    async def _named(self, drawn: list[Completion], prompt: Prompt, ask: Ask) -> Completion:
        order = _order(prompt, self.draws)
        number = await self._asked(prompt, ask, [drawn[index] for index in order], step=PICK)
        if number is None:
            note = "the pick could not be read; kept the first draw"
            return drawn[0].model_copy(update={"note": note, "fallbacks": (UNREADABLE_PICK,)})
        picked = order[number - 1]
        return drawn[picked].model_copy(update={"note": f"draw {picked} was picked"})

    async def _winner(self, drawn: list[Completion], prompt: Prompt, ask: Ask) -> Completion:
        undecided = 0

        async def compare(one: int, other: int) -> int | None:
            nonlocal undecided
            match = f"{PICK} {max(one, other)}" if self.pick == "knockout" else PICK  # its matches follow each other
            step = member_step(match, f"{one} or {other}")
            number = await self._asked(prompt, ask, [drawn[one], drawn[other]], step=step)
            undecided += number is None
            return None if number is None else (one, other)[number - 1]

        tournament = knockout if self.pick == "knockout" else round_robin
        picked = await tournament(self.draws, compare)
        note = f"draw {picked} won" + (f"; {undecided} comparisons could not be read" if undecided else "")
        fallbacks = (UNREADABLE_MATCH,) if undecided else ()
        return drawn[picked].model_copy(update={"note": note, "fallbacks": fallbacks})

    async def _asked(self, prompt: Prompt, ask: Ask, shown: Sequence[Completion], *, step: str) -> int | None:
        """The number of the reply that the judge names, from 1."""
        template = "most_consistent" if self.pick == "most-consistent" else "pick"
        candidates = [passed_on(reply.text).strip() for reply in shown]
        choice = self.templates.text(f"best_of_n/{template}", question=prompt.question, candidates=candidates)
        reply = await ask(prompt.aside().with_question(choice), self.judge or self.base, step=step)
        return read_pick(reply.text, len(shown))

    async def _best_scored(
        self, drawn: list[Completion], score: Callable[[str], float | Awaitable[float]]
    ) -> Completion:
        scores = [await scored(score, reply.text) for reply in drawn]
        values = [value for value, _ in scores]
        faults = [f"draw {number}: {fault}" for number, (_, fault) in enumerate(scores) if fault]
        best = max(range(self.draws), key=lambda index: (values[index] is not None, values[index] or 0.0))
        won = "no draw has a score; kept the first" if values[best] is None else f"draw {best} scored {values[best]:g}"
        note = "; ".join([won, *faults])
        return drawn[best].model_copy(update={"note": note, "fallbacks": (NO_SCORE,) if faults else ()})


def _order(prompt: Prompt, draws: int) -> list[int]:
    """In which the draws are shown: another one for each question and draw, always the same for the same."""
    seed = f"{prompt.draw} {prompt.question}"
    return random.Random(seed).sample(range(draws), draws)  # noqa: S311 - not for secrets
