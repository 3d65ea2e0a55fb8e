"""The tracer: a span for each strategy, named step and call, and their metrics."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import metrics, trace
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider

from promptkit.backend import Backend
from promptkit.distribution import version_of
from promptkit.otel import attributes as told
from promptkit.otel.attributes import ERROR, MODEL, OPERATION, WORKFLOW, Attributes
from promptkit.otel.instruments import Instruments
from promptkit.types import Completion, Prompt

Ended = Callable[[Completion], None]


def otel_tracer(spans: TracerProvider | None, meters: MeterProvider | None, *, content: bool) -> OtelTracer:
    """The tracer that writes to these providers, or to those of the process."""
    version = version_of("promptkit")
    return OtelTracer(
        trace.get_tracer("promptkit", version, tracer_provider=spans),
        Instruments(metrics.get_meter("promptkit", version, meter_provider=meters)),
        content=content,
    )


@dataclass
class _Outcome:
    """What a span ends with."""

    answer: Completion | None = None
    error: BaseException | None = None

    def ended(self, answer: Completion) -> None:
        self.answer = answer

    @property
    def failure(self) -> Attributes:
        """The kind of error that metrics are counted by."""
        return {} if self.error is None else {ERROR: told.failed(self.error)[ERROR]}


class OtelTracer:
    """A `promptkit.tracing.Tracer` of OpenTelemetry.

    Args:
        tracer: makes the spans.
        instruments: counts.
        content: whether prompts and replies are exported.
    """

    def __init__(self, tracer: Tracer, instruments: Instruments, *, content: bool) -> None:
        self._tracer, self._instruments, self._content = tracer, instruments, content

    @contextmanager
    def strategy(self, name: str, prompt: Prompt) -> Iterator[Ended]:
        """The span of a strategy."""
        known: Attributes = {OPERATION: "invoke_workflow", WORKFLOW: name}
        outcome, started = _Outcome(), time.perf_counter()
        try:
            with self._span(f"invoke_workflow {name}", SpanKind.INTERNAL, known, outcome) as span:
                self._tell(span, told.said, prompt)
                yield outcome.ended
                if outcome.answer:
                    span.set_attributes(told.solved(outcome.answer))
                    self._tell(span, told.written, outcome.answer)
        finally:
            self._instruments.solved(name, time.perf_counter() - started, outcome.failure)

    @contextmanager
    def step(self, step: str) -> Iterator[Ended]:
        """The span of a step that has a name."""
        outcome = _Outcome()
        with self._span(f"step {step}", SpanKind.INTERNAL, {"promptkit.step": step}, outcome) as span:
            yield outcome.ended
            if outcome.answer:
                span.set_attributes(told.solved(outcome.answer))

    @contextmanager
    def call(self, model: Backend, prompt: Prompt) -> Iterator[Ended]:
        """The span of a call."""
        known = told.identity(model)
        kind = SpanKind.CLIENT if told.is_remote(model) else SpanKind.INTERNAL
        outcome, started = _Outcome(), time.perf_counter()
        try:
            with self._span(f"{known[OPERATION]} {known[MODEL]}", kind, known | told.asked(prompt), outcome) as span:
                self._tell(span, told.said, prompt)
                yield outcome.ended
                if outcome.answer:
                    span.set_attributes(told.replied(outcome.answer))
                    self._tell(span, told.written, outcome.answer)
        finally:
            self._instruments.called(known, time.perf_counter() - started, outcome.answer, outcome.failure)

    @contextmanager
    def _span(self, name: str, kind: SpanKind, known: Attributes, outcome: _Outcome) -> Iterator[Span]:
        """A span around the block, and how that ends. OpenTelemetry would write the message of an error on it."""
        with self._tracer.start_as_current_span(
            name, kind=kind, attributes=known | told.place(), record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                outcome.error = error
                span.set_attributes(told.failed(error))
                span.set_status(Status(StatusCode.ERROR, str(error) if self._content else None))
                raise

    def _tell(self, span: Span, content: Callable[..., Attributes], of: Prompt | Completion) -> None:
        if self._content and span.is_recording():
            span.set_attributes(content(of))
