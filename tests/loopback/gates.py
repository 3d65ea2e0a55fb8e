"""What a provider lets through, beyond which it refuses with 429."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

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
