"""How many calls a model may have in flight, and how soon after each other: learnt from what it answers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from promptkit.errors import BackendError, RateLimited, TimedOut, Unavailable
from promptkit.types import Quota, Usage

CUT = 0.7  # what is left of the places after a refusal
CAREFUL = 40  # how much slower places grow around the number that was refused the last time
PAUSE = 1.0  # seconds after a refusal that does not say how long to wait; providers count by the second or the minute
LONGEST = 60.0  # seconds between two calls; then it is tried whether what was learnt still holds


class Pace:
    """Additive increase, multiplicative decrease. Times are seconds of one clock.

    Places grow by one with every answer until the first refusal (429), and by one a round trip afterwards: much more
    slowly around the number that was refused, so that few calls are. A refusal leaves `CUT` of them, once for all calls
    that were in flight by then; a part of one place is one place, and time between its calls. A call that timed out
    does the same without a pause, since a server that is asked too much at once answers late. No usable reply stops
    growth until calls sent later are answered. Places that are not used don't grow.

    While nothing is answered at all, every failure takes a place away, and every answer afterwards gives one back.

    A time to wait, wherever it comes from, holds all calls. When the provider says that less is left of a limit than
    another round of calls would need, they are spread over the time it takes to be whole again.

    Attributes:
        places: the most calls in flight.
        lost: how many of them were taken away by failures while nothing was answered.
        in_air: how many there are.
        sent: how many there ever were.
        not_before: when the next may be sent.
    """

    __slots__ = (
        *("places", "lost", "in_air", "sent", "not_before", "_most", "_width", "_refused_at", "_cut_at", "_calm_at"),
        *("_quota_gap", "_heard_at", "_answered", "_read", "_written"),
    )

    def __init__(self, start: int, most: int) -> None:
        self.places = min(start, most)
        self.in_air = self.sent = self.lost = 0
        self.not_before = 0.0
        self._most = most
        self._width = float(self.places)
        self._refused_at = math.inf  # places when it was last refused after an answer
        self._cut_at = self._calm_at = self._heard_at = 0  # the number of a call; earlier ones have nothing to say
        self._quota_gap = 0.0  # seconds between two calls
        self._answered = True
        self._read = self._written = 0.0  # tokens of a call

    @property
    def has_place(self) -> bool:
        """Whether fewer calls are in flight than may be."""
        return self.in_air < self.places - self.lost

    def send(self, now: float) -> int:
        """Count a call that is sent; its number."""
        if self._quota_gap or self._width < 1:
            self.not_before = now + max(self._quota_gap, self._gap())
        self.in_air += 1
        self.sent += 1
        return self.sent

    def withdraw(self) -> None:
        """Count a call that ended without telling anything: cancelled, or with an error that is not the model's."""
        self.in_air -= 1

    def answered(self, number: int, usage: Usage, quotas: Sequence[Quota], now: float) -> None:
        """Learn from an answer."""
        busy = self.in_air >= self.places
        self.in_air -= 1
        if self.lost:
            self.lost -= 1
        if number > self._cut_at:
            self._answered = True
        if number > self._calm_at:
            self._grow(busy)
        if quotas:
            if not usage.unmetered:
                self._count(usage)
            self._hear(number, quotas, now)

    def lose(self) -> None:
        """Take a place away, since nothing is answered; the last one stays."""
        self.lost = min(self.places - 1, self.lost + 1)

    def lose_all(self) -> None:
        """Take all places away but the last one."""
        self.lost = self.places - 1

    def failed(self, number: int, error: BackendError, now: float) -> None:
        """Learn from a failure."""
        self.in_air -= 1
        if error.retry_after is not None:
            self.not_before = max(self.not_before, now + error.retry_after)
        if isinstance(error, (RateLimited, TimedOut)) and number > self._cut_at:
            self._cut()
            if isinstance(error, RateLimited) and error.retry_after is None:
                self.not_before = max(self.not_before, now + max(PAUSE, self._gap()))
        if isinstance(error, (RateLimited, Unavailable)):
            self._calm_at = self.sent
        if error.quotas:
            self._hear(number, error.quotas, now)

    def _gap(self) -> float:
        """Seconds between two calls when there is less than one place."""
        return min(LONGEST, PAUSE * (1 / self._width - 1)) if self._width < 1 else 0.0

    def _grow(self, busy: bool) -> None:
        if self._width >= 1 and not (busy and self.places < self._most):
            return
        if self._refused_at == math.inf:
            self._width += 1
        elif abs(self._width - self._refused_at) > min(1, self._refused_at / 2):
            self._width += min(self._width, 1 / self._width)
        else:
            self._width += min(self._width, 1 / self._width) / CAREFUL
        self.places = min(self._most, max(1, int(self._width)))

    def _cut(self) -> None:
        if self._answered:  # else it is still the refusal of before, and fewer places would not have helped
            self._refused_at = self._width
        self._answered = False
        self._width = max(PAUSE / LONGEST, CUT * self._width)
        self.places = max(1, int(self._width))
        self.lost = min(self.lost, self.places - 1)
        self._cut_at = self.sent

    def _count(self, usage: Usage) -> None:
        """A mean over the last few calls."""
        known = self._read or self._written
        old, new = (0.8, 0.2) if known else (0.0, 1.0)
        self._read = old * self._read + new * usage.input_tokens
        self._written = old * self._written + new * usage.output_tokens

    def _hear(self, number: int, quotas: Sequence[Quota], now: float) -> None:
        if number <= self._heard_at:
            return  # a later call told more
        self._heard_at = number
        needs = {
            "requests": 1.0,
            "tokens": self._read + self._written,
            "input tokens": self._read,
            "output tokens": self._written,
        }
        uncounted = max(self.sent - number, self.in_air)  # calls need not arrive in the order sent
        gap = wait = 0.0
        for quota in quotas:
            if not (need := needs[quota.unit]):
                continue
            each = need * quota.seconds_each
            left = quota.left / need - uncounted  # in calls
            if left <= self.places:
                gap, wait = max(gap, each), max(wait, each * (1 - left))
        self._quota_gap = min(LONGEST, gap)
        self.not_before = max(self.not_before, now + min(LONGEST, wait))
