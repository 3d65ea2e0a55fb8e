"""How long a strategy takes to answer, from the calls on record: without waiting for a turn or for a broken server."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.strategies.steps import group_of
from promptkit.types import Completion


def latency(replies: Iterable[Completion]) -> float:
    """The seconds that these steps take one after the other, where those of one group run at the same time.

    A group are the draws of a vote, or steps named `GROUP: MEMBER` (`promptkit.strategies.steps.group_of`). Each call
    counts with its own time, from the request that was answered to its reply: not what it waited before that for a
    turn, after errors, or for a server that was out of reach. So a resumed run takes as long as it took at first.
    A strategy of someone else's that asks for other steps at the same time looks slower than it is.
    """
    alone, together = 0.0, dict[str, float]()
    for step in replies:
        group, seconds = group_of(step.step), _latency(step)
        if group is None:
            alone += seconds
        else:
            together[group] = max(together.get(group, 0.0), seconds)
    return alone + sum(together.values())


def _latency(reply: Completion) -> float:
    return latency(reply.steps) if reply.steps else reply.seconds
