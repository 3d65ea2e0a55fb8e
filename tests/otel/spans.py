"""Spans and metrics as they were sent, for tests."""

import contextlib
from collections.abc import Iterator

from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from promptkit.otel import traced


class Sent:
    """What was sent inside `with sent.traced():`."""

    def __init__(self) -> None:
        self._exporter, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self._spans, self._meters = TracerProvider(shutdown_on_exit=False), MeterProvider([self._reader])
        self._spans.add_span_processor(SimpleSpanProcessor(self._exporter))

    @contextlib.contextmanager
    def traced(self, *, content: bool | None = None) -> Iterator[None]:
        """Traced to here."""
        with traced(content=content, tracer_provider=self._spans, meter_provider=self._meters):
            yield

    @property
    def spans(self) -> list[ReadableSpan]:
        """All that ended, in the order in which they began."""
        return sorted(self._exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def one(self, name: str) -> ReadableSpan:
        """The one span of that name."""
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def tree(self) -> list[str]:
        """The names of the spans, each indented below its parent, in the order in which they began."""
        parents = {span.context.span_id: span.parent for span in self.spans if span.context}

        def depth(span: ReadableSpan) -> int:
            above, deep = span.parent, 0
            while above is not None:
                above, deep = parents[above.span_id], deep + 1
            return deep

        return ["  " * depth(span) + span.name for span in self.spans]

    def metric(self, name: str) -> list[tuple[dict[str, object], float]]:
        """The attributes and the sum of each series of a metric."""
        data = self._reader.get_metrics_data()
        found = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics] if data else []
        points = [point for metric in found if metric.name == name for point in metric.data.data_points]
        return [(dict(point.attributes or {}), point.sum) for point in points]  # type: ignore[union-attr]
