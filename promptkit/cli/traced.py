"""`--otel`: what a command asks, sent as traces and metrics. OpenTelemetry is imported only for that."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext


def traced_where(*, wanted: bool) -> AbstractContextManager[Callable[[], None]]:
    """Everything in the block is traced, where that is `wanted`; what it is given sends what is left.

    Raises:
        UsageError: OpenTelemetry or its exporter is not installed.
    """
    if not wanted:
        return nullcontext(lambda: None)
    from promptkit.otel.exporting import exporting

    return exporting()
