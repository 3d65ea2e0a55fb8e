"""Strategies that a model refuses altogether: their first attempts all end with the same refusal."""

from __future__ import annotations

import re

from promptkit.bench.strategies import Arm
from promptkit.errors import BackendError, InvalidRequest, PromptkitError, PromptTooLong

ALIKE = 5  # attempts; fewer may be the misfortune of their items

_VARIES = re.compile(r"\b[0-9a-f-]{8,}\b|\d+", re.IGNORECASE)  # numbers and identifiers of requests


class Refusals:
    """Counts, for each strategy, the attempts at its beginning that were all refused for one reason.

    A reason is the HTTP status and the message, numbers and identifiers aside. A prompt that is too long is a matter of
    the item, and no such reason.
    """

    def __init__(self) -> None:
        self._first: dict[Arm, tuple[InvalidRequest, int]] = {}  # how many there were like it
        self._fared_otherwise: set[Arm] = set()

    def add(self, strategy: Arm, error: PromptkitError | None) -> bool:
        """Count an attempt that ended with `error`, or with a reply; whether the strategy is refused altogether."""
        if strategy in self._fared_otherwise:
            return False
        first, count = self._first.get(strategy, (None, 0))
        refused = error if isinstance(error, InvalidRequest) and not isinstance(error, PromptTooLong) else None
        if refused is None or (first and _reason(refused) != _reason(first)):
            self._fared_otherwise.add(strategy)
            self._first.pop(strategy, None)
            return False
        self._first[strategy] = (first or refused, count + 1)
        return count + 1 >= ALIKE

    def reasons(self) -> dict[Arm, InvalidRequest]:
        """The strategies of which every attempt was refused for one reason, with the first of their errors."""
        return {strategy: first for strategy, (first, _) in self._first.items()}


def _reason(error: BackendError) -> tuple[int | None, str]:
    return error.status, _VARIES.sub("#", str(error))
