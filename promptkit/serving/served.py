"""The strategies that are served, each by its name, and what one request may use of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from promptkit.backend import Backend, Model
from promptkit.errors import UsageError
from promptkit.strategy import Strategy
from promptkit.wrappers.budget import Budget
from promptkit.wrappers.retry import Retry
from promptkit.wrappers.spent import Spent

ATTEMPTS = 3  # of each call: who asks over HTTP tries the whole again as well
Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class Limits:
    """What one request may use; `None` is no limit.

    Attributes:
        calls: calls of models.
        cost: US dollars.
        seconds: until it is answered.
        tokens: the longest reply of a call, where the request gives none.
    """

    calls: int | None = None
    cost: float | None = None
    seconds: float | None = None
    tokens: int | None = None

    def lowered(self, *, calls: int | None = None, cost: float | None = None, seconds: float | None = None) -> Limits:
        """These limits, or lower ones where some are given."""
        return Limits(_lower(self.calls, calls), _lower(self.cost, cost), _lower(self.seconds, seconds), self.tokens)


def _lower(mine: Number | None, given: Number | None) -> Number | None:
    return mine if given is None else given if mine is None else min(mine, given)


def parse_names(texts: Iterable[str]) -> Mapping[str, str]:
    """The specifications by the names that they are served under, out of `name=specification` or a specification.

    Raises:
        UsageError: nothing is named, a name is given twice, or has letters that do not belong into one.
    """
    named: dict[str, str] = {}
    for text in texts:
        name, equals, spec = text.partition("=")
        if not equals or not _is_name(name):  # `self-consistency(draws=5)` has an equals sign too
            name, spec = text, text
        if not spec:
            raise UsageError(f"{text!r} names no strategy; write name=specification, as in asked=cot+reflect")
        if name in named:
            raise UsageError(f"the name {name} is given twice; give each strategy its own")
        named[name] = spec
    if not named:
        raise UsageError("name what is served, as in asked=cot+reflect")
    return named


def _is_name(text: str) -> bool:
    return bool(text) and all(letter.isalnum() or letter in "-_.:/" for letter in text)


class Calls:
    """The calls of one request: tried again when they fail, and all together within its limits.

    Args:
        limits: what they may use.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits, self._spent = limits, Spent()
        self._around: dict[int, tuple[Model, Backend]] = {}

    def within(self, strategy: Backend) -> Backend:
        """The strategy, all of whose models are asked within the limits."""
        return strategy.over(self._of) if isinstance(strategy, Strategy) else self._of(strategy)

    def _of(self, held: Backend) -> Backend:
        """One object for each model, so that a second call of the same is known as one."""
        if not isinstance(held, Model):
            return held
        known = self._around.get(id(held))
        if known is None:
            known = self._around[id(held)] = held, self._limited(held)
        return known[1]

    def _limited(self, model: Model) -> Backend:
        if self._limits.calls is None and self._limits.cost is None:
            return Retry(model, attempts=ATTEMPTS)
        budget = Budget(model, max_calls=self._limits.calls, max_cost=self._limits.cost, spent=self._spent)
        return Retry(budget, attempts=ATTEMPTS)
