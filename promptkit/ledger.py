"""What was answered so far: the account of strategies, kept also where they are cancelled or fail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Protocol, Self

from promptkit.loops import restore
from promptkit.types import Completion, Usage


class Answered(Protocol):
    """What holds answers: of one strategy, of one of its calls, or of all in a block."""

    @property
    def completions(self) -> tuple[Completion, ...]:
        """What was answered so far, in the order asked."""
        ...


_kept: ContextVar[list[Answered] | None] = ContextVar("promptkit_answered", default=None)


def note(account: Answered) -> None:
    """Let what stands around keep `account`: a ledger, or the call inside which it is made."""
    around = _kept.get()
    if around is not None:
        around.append(account)


@contextmanager
def noted_in(accounts: list[Answered] | None) -> Iterator[None]:
    """Inside the block, accounts are noted there; with `None` nowhere."""
    token = _kept.set(accounts)
    try:
        yield
    finally:
        restore(_kept, token)


class Ledger:
    """What strategies were answered inside the block, in the order asked: kept also where they are cancelled or fail.

    An error of promptkit carries it (`PromptkitError.completions`); a cancellation and the `TimeoutError` of
    `asyncio.timeout` can't:

        with Ledger() as ledger:
            async with asyncio.timeout(20):
                answer = await strategy.complete(prompt)

    It holds for the tasks that are started inside, too, and can be read at any time, also while they run. What is
    asked of a model without a strategy is not in it. A call that was cancelled before it was answered is in no account,
    although a provider may bill it.
    """

    def __init__(self) -> None:
        self._accounts: list[Answered] = []
        self._tokens: list[Token[list[Answered] | None]] = []

    def __enter__(self) -> Self:
        note(self)
        self._tokens.append(_kept.set(self._accounts))
        return self

    def __exit__(self, *_: object) -> None:
        restore(_kept, self._tokens.pop())

    @property
    def completions(self) -> tuple[Completion, ...]:
        """The answers of strategies, and of one without an answer the steps that were answered."""
        return tuple(answered for account in self._accounts for answered in account.completions)

    @property
    def usage(self) -> Usage:
        """What they consumed."""
        return sum((answered.usage for answered in self.completions), Usage())


class Slot:
    """The place of one call, named by its step: its answer, or what was answered inside it so far."""

    def __init__(self, step: str) -> None:
        self._step = step
        self._answered: tuple[Completion, ...] = ()
        self.accounts: list[Answered] = []

    def fill(self, answer: Completion) -> None:
        """Keep the answer instead of what led to it."""
        self._answered = (answer,)
        self.accounts.clear()

    def fail(self, answered: tuple[Completion, ...]) -> None:
        """Keep what was answered before the call failed."""
        if answered:
            self._answered = self._inside(answered)

    @property
    def completions(self) -> tuple[Completion, ...]:
        """What was answered so far."""
        return self._answered or self._inside(c for account in self.accounts for c in account.completions)

    def _inside(self, answered: Iterable[Completion]) -> tuple[Completion, ...]:
        """The same, under the steps that lead there."""
        return tuple(
            one.model_copy(update={"step": "/".join(part for part in (self._step, one.step) if part)})
            for one in answered
        )
