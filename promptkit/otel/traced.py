"""The switch: inside `traced()` strategies and models are traced. Nothing of OpenTelemetry is imported before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from promptkit.distribution import pip_install
from promptkit.errors import UsageError
from promptkit.tracing import tracing

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_CONTENT = {"": False, "false": False, "no_content": False, "true": True, "span_only": True}


@contextmanager
def traced(
    *,
    content: bool | None = None,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
) -> Iterator[None]:
    """Inside the block, also in tasks that it starts, every strategy, named step and call of a model is a span.

        with traced():
            answer = await SelfReflection(ChainOfThought(model)).complete("How far is it?")

    The spans nest as the strategies do. A strategy is `invoke_workflow NAME`, a step `step NAME`, a call `chat MODEL`
    with its attempts; a reply that is on record is marked `promptkit.cached` and counts no tokens. Metrics:
    `gen_ai.client.token.usage`, `gen_ai.client.operation.duration` of calls that are made, and
    `gen_ai.workflow.duration` of strategies. An error is the name of its class, as `error.type`; its message, which
    may quote the prompt, is left out without `content`. The conventions are those of OpenTelemetry for generative AI,
    which are still in development.

    Where spans go is OpenTelemetry's own matter: to the providers given, or to the ones set for the process. Without
    one that exports, they go nowhere. A preview and a forecast make none. Calls: none of its own.

    Args:
        content: whether prompts and replies are attributes of the spans. `None` is as the environment variable
            `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` has it ("true" or "SPAN_ONLY"); without it, no.
        tracer_provider: where spans go.
        meter_provider: where metrics go.

    Raises:
        UsageError: OpenTelemetry is not installed (the extra `otel`), or the variable asks for events.
    """
    captured = _captured() if content is None else content
    try:
        from promptkit.otel.spans import otel_tracer
    except ModuleNotFoundError as error:
        raise UsageError(f"traced() needs {error.name}; {pip_install('otel')}") from None
    with tracing(otel_tracer(tracer_provider, meter_provider, content=captured)):
        yield


def _captured() -> bool:
    given = os.environ.get(CAPTURE, "")
    try:
        return _CONTENT[given.lower()]
    except KeyError:
        fact = f"{CAPTURE} is {given!r}, and content is written to spans alone"
        raise UsageError(f"{fact}; set it to SPAN_ONLY or NO_CONTENT") from None
