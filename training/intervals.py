# Shares and their differences, with 95 % intervals.
import math
from typing import NamedTuple

Z = 1.959964


class Share(NamedTuple):
    """So many of so many."""

    right: int
    total: int

    @property
    def percent(self) -> float:
        """The share in per cent."""
        return 100 * self.right / self.total if self.total else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval, in per cent (Wilson 1927)."""
        if not self.total:
            return 0.0, 100.0
        share, n = self.right / self.total, self.total
        middle = share + Z * Z / (2 * n)
        spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        scale = 100 / (1 + Z * Z / n)
        return max(0.0, (middle - spread) * scale), min(100.0, (middle + spread) * scale)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.percent:.1f} ({low:.1f} to {high:.1f}, n={self.total})"


def gain(after: Share, before: Share) -> tuple[float, float, float]:
    """The difference in points with its interval: Newcombe 1998, method 10, a hybrid of two Wilson intervals."""
    difference = after.percent - before.percent
    (low_a, high_a), (low_b, high_b) = after.interval, before.interval
    down = math.hypot(after.percent - low_a, high_b - before.percent)
    up = math.hypot(high_a - after.percent, before.percent - low_b)
    return difference, difference - down, difference + up
