"""When a vote may end before all its draws: the Beta rule, and a window of equal answers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

StopRule = Literal["beta", "window"]


@lru_cache(maxsize=1024)
def leader_probability(leader: int, rival: int) -> float:
    """How sure it is that the leading answer is the likelier of the two, after `leader` and `rival` votes for them.

    Aggarwal et al. 2023, arXiv:2305.11860: of a share with the density Beta(leader + 1, rival + 1), the probability
    that it is above one half. For whole numbers that is a sum of binomial coefficients over a power of two
    (Abramowitz and Stegun 1964, 26.5.24), which is computed exactly and rounded once.
    """
    trials = leader + rival + 1
    total = coefficient = 1
    for i in range(leader):
        coefficient = coefficient * (trials - i) // (i + 1)
        total += coefficient
    return total / (1 << trials)


@lru_cache(maxsize=1024)
def draws_until_sure(leader: int, rival: int, threshold: float) -> int:
    """The fewest further draws after which the Beta rule can stop: as many as it takes when all are for the leader."""
    return next(more for more in itertools.count(1) if leader_probability(leader + more, rival) >= threshold)


def is_unanimous(window: Sequence[int | None]) -> bool:
    """Whether all draws of a window have an answer, and the same."""
    return len(set(window)) == 1 and None not in window
