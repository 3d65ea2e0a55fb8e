"""For commands: OpenTelemetry set up as its standard environment variables say, and everything inside traced."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from typing import Any

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.otel.traced import traced

_PROTOCOLS = {"http/protobuf": "otlp_proto_http", "grpc": "otlp_proto_grpc"}
_OTLP_PACKAGE = {"otlp_proto_http": "opentelemetry-exporter-otlp-proto-http"}
_OTLP_PACKAGE |= {"otlp_proto_grpc": "opentelemetry-exporter-otlp-proto-grpc"}


@contextmanager
def exporting() -> Iterator[Callable[[], None]]:
    """Trace what happens in the block, and send it where the standard variables of OpenTelemetry say.

    `OTEL_TRACES_EXPORTER` and `OTEL_METRICS_EXPORTER` name exporters, "console" or "none" among them; left out they are
    "otlp", whose address and headers are in `OTEL_EXPORTER_OTLP_…`. Where the process has providers already, as under
    `opentelemetry-instrument`, these are used. What is left is sent when the block ends, or by what it is given: a
    process that a signal ends does not come so far.

    Raises:
        UsageError: OpenTelemetry or an exporter is not installed, or a variable names none.
    """
    try:
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
    except ModuleNotFoundError as error:
        raise UsageError(f"--otel needs {error.name}; {pip_install('otel')}") from None
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        _set_providers()
    with traced():
        try:
            yield _flush
        finally:
            _flush()


def _flush() -> None:
    from opentelemetry import metrics, trace

    for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
        if flush := getattr(provider, "force_flush", None):
            flush()


def _set_providers() -> None:
    """The providers of the process; they read for themselves how to sample, and how long to wait."""
    from opentelemetry import metrics, trace
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    resource = Resource.create({} if named else {"service.name": "promptkit"})
    spans, counts = _exporters("traces"), _exporters("metrics")
    provider = TracerProvider(resource=resource)
    for exporter in spans:
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    readers = [PeriodicExportingMetricReader(exporter) for exporter in counts]
    metrics.set_meter_provider(MeterProvider(readers, resource=resource))


def _exporters(signal: str) -> list[Any]:
    """The exporters that the variable of a signal names."""
    variable = f"OTEL_{signal.upper()}_EXPORTER"
    given = [name.strip() for name in os.environ.get(variable, "otlp").split(",")]
    return [_exporter(signal, variable, name) for name in given if name not in {"", "none"}]


def _exporter(signal: str, variable: str, name: str) -> Any:  # noqa: ANN401 - of whoever registers it
    registered = _otlp(signal) if name == "otlp" else name
    found = list(entry_points(group=f"opentelemetry_{signal}_exporter", name=registered))
    if found:
        return found[0].load()()
    if registered in _OTLP_PACKAGE:
        raise UsageError(f"--otel sends {signal} by OTLP; pip install {_OTLP_PACKAGE[registered]}, or set {variable}")
    raise UsageError(f"{variable} is {name!r}, and no installed package has that exporter; install one, or correct it")


def _otlp(signal: str) -> str:
    general = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or "http/protobuf"
    protocol = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal.upper()}_PROTOCOL") or general
    if protocol not in _PROTOCOLS:
        known = ", ".join(_PROTOCOLS)
        raise UsageError(f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol!r}; set it to one of {known}")
    return _PROTOCOLS[protocol]
