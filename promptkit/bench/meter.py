"""How far a run is: calls counted as they are answered, their rate, and the time left."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence

from promptkit.outcomes import Attempt, Group
from promptkit.prices import cost_usd
from promptkit.record.batches import RecordedBatch
from promptkit.record.preparations import Preparation
from promptkit.types import Completion, Usage
from promptkit.wrappers.outage import Trouble

WINDOW = 30.0  # seconds that the rate is taken over: what happens now, without jumping about
_TRUST = 4  # attempts that a forecast counts as, beside those that ended
_PART = 1.0  # seconds of the window that are counted together


class Meter:
    """Counts attempts and calls, and estimates what is left.

    Attributes:
        done: attempts that ended, by task, strategy and model; `paid`: the calls they paid for.
        failed: attempts that ended in an error.
        once: calls before the first item, for examples that are made in the run.
        calls: calls that were answered now; `usage`: theirs, by model.
        changed: called after each that is counted.
        batches: those that are worked on.
        batched: the models that are asked by batches, at their price.
        troubles: what is wrong with each model that answers nothing, by its name.

    Args:
        attempts: how many attempts there will be, by task, strategy and model.
        expected: calls that an attempt is expected to pay for, where that is known beforehand.
        clock: the time in seconds.
    """

    def __init__(
        self,
        attempts: Mapping[Group, int],
        expected: Mapping[Group, float] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.attempts, self.clock = attempts, clock
        self._expected = expected or {}
        self.done, self.paid = Counter[Group](), Counter[Group]()
        self.failed = self.calls = self.once = 0
        self.usage: dict[str, Usage] = {}
        self.changed: Callable[[], None] = _nothing
        self.troubles: dict[str, Trouble] = {}
        self.batches: Sequence[RecordedBatch] = ()
        self.batched: set[str] = set()
        self.started = clock()
        self._recent: deque[tuple[float, int]] = deque()  # when a part of the window began, and its calls

    def attempt(self, attempt: Attempt) -> None:
        """Count an attempt that ended."""
        self.done[attempt.group] += 1
        self.paid[attempt.group] += attempt.paid.calls
        self.failed += attempt.outcome == "error"
        self.changed()

    def prepare(self, made: Preparation) -> None:
        """Count what was asked before the first item."""
        self.once += made.paid.calls
        self.changed()

    def call(self, call: Completion) -> None:
        """Count a call that was answered."""
        self.calls += 1
        self.usage[call.by] = self.usage.get(call.by, Usage()) + call.usage
        now = self.clock()
        if self._recent and now - self._recent[-1][0] < _PART:
            began, count = self._recent[-1]
            self._recent[-1] = (began, count + 1)
        else:
            self._recent.append((now, 1))
        self.changed()

    def trouble(self, model: str, trouble: Trouble | None) -> None:
        """Note what is wrong with a model, or that nothing is any more."""
        self.troubles.pop(model, None)
        if trouble:
            self.troubles[model] = trouble
        self.changed()

    def waits_for(self, batches: Sequence[RecordedBatch]) -> None:
        """Note the batches that are worked on."""
        self.batches = batches
        self.batched |= {batch.model for batch in batches}
        self.changed()

    def rate(self) -> float:
        """Calls answered a second, over the last half minute."""
        now = self.clock()
        while self._recent and now - self._recent[0][0] > WINDOW:
            self._recent.popleft()
        seconds = min(WINDOW, now - self.started)
        return sum(count for _, count in self._recent) / seconds if seconds > 0 else 0.0

    def all_calls(self) -> float | None:
        """How many calls there will be, as far as known; `None` while a strategy is unknown in this."""
        if self.ended():
            return self.answered()
        total = float(self.once)
        for group, attempts in self.attempts.items():
            done, before = self.done[group], _TRUST if group in self._expected else 0
            if not done + before:
                return None
            total += attempts * (self.paid[group] + before * self._expected.get(group, 0)) / (done + before)
        return max(total, self.calls)

    def ended(self) -> bool:
        """Whether all attempts have ended."""
        return self.done.total() >= sum(self.attempts.values())

    def answered(self) -> int:
        """Calls that are behind us: answered now, or on record before."""
        return max(self.calls, self.paid.total() + self.once)

    def seconds_left(self) -> float | None:
        """`None` while nothing is answered, or what is left is not known."""
        total, rate = self.all_calls(), self.rate()
        if self.ended():
            return 0.0
        return max(0.0, total - self.answered()) / rate if total is not None and rate > 0 else None

    def cost(self) -> float | None:
        """US dollars of the calls answered; `None` when a price is not known."""
        costs = [cost_usd(model, usage, batch=model in self.batched) for model, usage in self.usage.items()]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    def tokens(self) -> int:
        """Tokens read and written by the calls answered."""
        return sum(usage.input_tokens + usage.output_tokens for usage in self.usage.values())


def _nothing() -> None:
    pass
