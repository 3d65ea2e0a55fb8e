"""How long a strategy takes to answer, from the calls on record: without waiting for a turn or for a broken server."""

from __future__ import annotations

from collections.abc import Iterable

from promptkit.strategies.steps import is_draw
from promptkit.types import Completion


def latency(replies: Iterable[Completion]) -> float:
    """The seconds that these steps take one after the other, where draws of a vote run at the same time.

    Each call counts with its own time, from the request that was answered to its reply: not what it waited before that
    for a turn, after errors, or for a server that was out of reach. So a resumed run takes as long as it took at first.
    A strategy of someone else's that asks for other steps at the same time looks slower than it is.
    """
    steps = list(replies)
    together = max((_latency(step) for step in steps if is_draw(step.step)), default=0.0)
    return together + sum(_latency(step) for step in steps if not is_draw(step.step))


def _latency(reply: Completion) -> float:
    return latency(reply.steps) if reply.steps else reply.seconds
