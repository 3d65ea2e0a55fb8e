"""The winner among replies that are compared two by two, each two in both orders."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

from promptkit.gather import gather

Compare = Callable[[int, int], Awaitable[int | None]]  # which of two, shown in this order, is the better; if any


async def knockout(players: int, compare: Compare) -> int:
    """The one that is left: the first meets the second, the winner the third, and so on: players − 1 matches."""
    standing = 0
    for challenger in range(1, players):
        if await _match(standing, challenger, compare) == challenger:
            standing = challenger
    return standing


async def round_robin(players: int, compare: Compare) -> int:
    """The one with the most points when every two have met: 1 for a match won, ½ for a draw; of equals the first."""
    pairs = list(itertools.combinations(range(players), 2))
    winners = await gather(_match(one, other, compare) for one, other in pairs)
    points = [0.0] * players
    for (one, other), winner in zip(pairs, winners, strict=True):
        if winner is None:
            points[one] += 0.5
            points[other] += 0.5
        else:
            points[winner] += 1
    return points.index(max(points))


async def _match(one: int, other: int, compare: Compare) -> int | None:
    """The winner of both orders; `None` where they differ or name none."""
    first, second = await gather(_asked(compare, *order) for order in ((one, other), (other, one)))
    return first if first == second else None


async def _asked(compare: Compare, one: int, other: int) -> int | None:
    return await compare(one, other)
