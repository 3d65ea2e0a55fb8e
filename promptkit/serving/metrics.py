"""What is counted for Prometheus, by served name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from promptkit.types import Usage

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600)


class Metrics:
    """Counters of one server, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"promptkit_{name}", what, labels, registry=self._registry)

        self._requests = counter("requests", "Requests, by how they ended", "model", "api", "status")
        self._calls = counter("calls", "Calls of models", "model")
        self._tokens = counter("tokens", "Tokens of these calls", "model", "kind")
        self._in_flight = Gauge("promptkit_requests_in_flight", "Requests that wait", registry=self._registry)
        self._seconds = Histogram(
            "promptkit_request_seconds", "Time to the end", ("model",), registry=self._registry, buckets=_SECONDS
        )

    @contextmanager
    def in_flight(self, model: str) -> Iterator[None]:
        """One request, from its beginning to its end."""
        started = perf_counter()
        with self._in_flight.track_inprogress():
            try:
                yield
            finally:
                self._seconds.labels(model).observe(perf_counter() - started)

    def ended(self, model: str, api: str, status: int) -> None:
        """Count a request that ended; 499 is one whose client left."""
        self._requests.labels(model, api, str(status)).inc()

    def spent(self, model: str, usage: Usage) -> None:
        """Count what was answered for a request."""
        self._calls.labels(model).inc(usage.calls)
        self._tokens.labels(model, "input").inc(usage.input_tokens)
        self._tokens.labels(model, "output").inc(usage.output_tokens)

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
