"""What a provider lets through, beyond which it refuses with 429. A gate yields how a request is answered."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.loopback.faults import Fault, too_many


@dataclass
class AtMost:
    """So many requests at the same time. Counts what it refused and the most it had."""

    allowed: int
    refused: int = 0
    most: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def __call__(self) -> Iterator[Fault | None]:
        with self._lock:
            full = self._now >= self.allowed
            self.refused += full
            self._now += not full
            self.most = max(self.most, self._now)
        try:
            yield too_many() if full else None
        finally:
            with self._lock:
                self._now -= not full


@dataclass
class Bucket:
    """So many requests at once after a rest, and so many a second; tells what is left in both dialects."""

    size: int
    rate: float
    refused: int = 0
    _used: float = 0.0
    _at: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextlib.contextmanager
    def __call__(self) -> Iterator[Fault]:
        with self._lock:
            now = time.monotonic()
            self._used, self._at = max(0.0, self._used - self.rate * (now - self._at)), now
            full = self._used > self.size - 1
            self.refused += full
            self._used += not full
            fault = Fault(status=429 if full else 200, headers=self._told())
        yield fault

    def _told(self) -> Mapping[str, str]:
        left, resets = int(self.size - self._used), self._used / self.rate
        moment = datetime.now(UTC) + timedelta(seconds=resets)
        return {
            "x-ratelimit-limit-requests": str(self.size),
            "x-ratelimit-remaining-requests": str(left),
            "x-ratelimit-reset-requests": f"{1000 * resets:.0f}ms",
            "anthropic-ratelimit-requests-limit": str(self.size),
            "anthropic-ratelimit-requests-remaining": str(left),
            "anthropic-ratelimit-requests-reset": moment.isoformat(),
        }
