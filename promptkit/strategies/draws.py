"""Several draws of one prompt: what votes and picks are made of."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.errors import UsageError
from promptkit.gather import gather
from promptkit.strategies.steps import draw_step
from promptkit.strategy import Ask, Strategy
from promptkit.types import Completion, Prompt

MOST_DRAWS = 10_000  # of one prompt, those of votes in votes multiplied: each is a call in flight


class EqualDraws(UsageError):
    """All draws would be the same reply, because nothing is random about them."""


def check_draws(strategy: Strategy, draws: int) -> None:
    """Refuse more draws than anyone can have meant, before they fill the memory.

    Raises:
        UsageError: `draws`, multiplied by those of the strategies that `strategy` holds, is more than `MOST_DRAWS`.
    """
    total, inner = draws, strategy.backend
    while isinstance(inner, Strategy):
        total *= max(1, getattr(inner, "draws", 1))
        inner = inner.backend
    if total > MOST_DRAWS:
        nested = "" if total == draws else f" and those inside make {total:,}"
        raise UsageError(f"draws={draws}{nested}: more than {MOST_DRAWS:,} draws of one prompt; draw fewer")


async def draw(
    ask: Ask,
    prompt: Prompt,
    draws: int,
    temperature: float | None,
    *,
    technique: str,
    which: Iterable[int] | None = None,
) -> list[Completion]:
    """The replies to `draws` draws of `prompt`, asked for concurrently; `temperature` of `None` keeps the prompt's.

    With `which` only these of them, numbered from 0: the same calls as among all.

    Raises:
        EqualDraws: several draws at temperature 0; `technique` is who wants them.
    """
    sampled = prompt if temperature is None else prompt.with_temperature(temperature)
    if draws > 1 and sampled.temperature == 0:
        raise EqualDraws(f"{technique} at temperature 0 draws the same answer every time; give a temperature")
    wanted = range(draws) if which is None else which
    return await gather(ask(sampled.split_draw(i, draws), step=draw_step(i)) for i in wanted)
