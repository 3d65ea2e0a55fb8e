"""A limit that can't be exceeded: every call is reserved before it is sent."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable

from promptkit.arguments import require_type
from promptkit.backend import Model
from promptkit.errors import AuthenticationError, BudgetExceeded, InvalidRequest, RateLimited, UsageError
from promptkit.formatting import counted, dollars
from promptkit.prices import cost_usd
from promptkit.types import Completion, Prompt, Usage
from promptkit.wrappers.spent import Spent
from promptkit.wrappers.stop import Stop
from promptkit.wrappers.wrapper import Wrapper

TURN_OVERHEAD = 16  # tokens that a provider may add around a message
IMAGE_TOKENS = 50_000  # of one image, at most: gpt-4o-mini counts up to 48,169, others at most half as many


class Budget(Wrapper):
    """Refuses the call that could exceed the limit, before it is sent. Calls in flight count as if they cost the most.

    A call that does not fit beside those in flight waits, first come first served, until they have ended and turned out
    cheaper; it is refused where it does not fit although nothing is in flight. A limit on calls refuses at once.

    The most a call can cost is the price of its prompt, at one token a byte, and of `max_tokens` of reply. A call that
    failed is counted at its reservation, since the provider may have billed it, unless it was refused outright. Put a
    `Retry` outside, so that every attempt is counted.

    Args:
        backend: the model.
        max_calls: the most requests sent.
        max_cost: the most that is spent, in US dollars.
        price: the price of a usage, in US dollars, or `None` where it is not known; by default that of the price list
            for the model's name (`promptkit.prices`).
        spent: what was spent so far; give several budgets the same one to limit them together.
        stop: wakes the calls that wait, when nothing more is to be sent.

    Raises:
        UsageError: a limit in dollars for a model whose price is not known.
        TypeError: a limit is not a number.
    """

    _shown = ("max_calls", "max_cost", "spent")

    def __init__(
        self,
        backend: Model,
        *,
        max_calls: int | None = None,
        max_cost: float | None = None,
        price: Callable[[Usage], float | None] | None = None,
        spent: Spent | None = None,
        stop: Stop | None = None,
    ) -> None:
        super().__init__(backend)
        require_type("max_calls", max_calls, "a whole number", optional=True)
        require_type("max_cost", max_cost, "a number", optional=True)
        price = price or functools.partial(cost_usd, self.name)
        if max_cost is not None and price(Usage(calls=1, input_tokens=1, output_tokens=1)) is None:
            raise UsageError(f"the price of {self.name} is not known, so a limit in dollars can't be kept; limit calls")
        self.max_calls = max_calls
        self.max_cost = max_cost
        self.price = price
        self.spent = spent or Spent()
        self.stop = stop or Stop()

    async def answer(self, prompt: Prompt) -> Completion:
        """Reserve, ask, and settle.

        Raises:
            BudgetExceeded: this call could exceed the limit.
            UsageError: a limit in dollars, and the prompt has no `max_tokens`.
            PromptkitError: the reason to stop, when there is one while it waits; or as the model raised it.
        """
        most, loop = self._most(prompt) if self.max_cost is not None else 0.0, asyncio.get_running_loop()
        if not await self.spent.reserve(most, self.max_cost, self.max_calls, self.stop):
            raise self._exceeded(most)
        try:
            with self.spent.sending():
                answer = await self.backend.complete(prompt)
                cost = self.price(answer.usage) if self.max_cost is not None else 0.0
        except (AuthenticationError, InvalidRequest, RateLimited):
            self.spent.settle(most, 0.0, loop)
            raise
        except BaseException:
            self.spent.settle(most, most, loop)
            raise
        self.spent.settle(most, most if cost is None else cost, loop)
        return answer

    def _most(self, prompt: Prompt) -> float:
        if prompt.max_tokens is None:
            raise UsageError("a limit in dollars needs `max_tokens`, or one reply could exceed it")
        size = most_input_tokens(prompt)
        return self.price(Usage(calls=1, input_tokens=size, output_tokens=prompt.max_tokens)) or 0.0

    def _exceeded(self, most: float) -> BudgetExceeded:
        spent = self.spent
        if self.max_calls is not None and spent.calls >= self.max_calls:
            were = "was" if spent.calls == 1 else "were"
            message = f"{counted(spent.calls, 'call')} {were} sent, which is the limit; raise `max_calls`"
            return BudgetExceeded(message, spent=spent.calls, limit=self.max_calls)
        in_flight = f", calls in flight may cost {dollars(spent.reserved_usd)}" if spent.reserved_usd else ""
        message = f"{dollars(spent.usd)} was spent{in_flight}, and the next call may cost {dollars(most)}"
        return BudgetExceeded(f"{message}; raise `max_cost`", spent=spent.usd, limit=self.max_cost or 0.0)


def most_input_tokens(prompt: Prompt) -> int:
    """No tokenizer makes more: one a byte, what a provider adds to each message, and `IMAGE_TOKENS` for an image."""
    texts = sum(len(m.text.encode("utf-8", "surrogatepass")) + TURN_OVERHEAD for m in prompt.messages)
    return texts + IMAGE_TOKENS * len(prompt.images)
