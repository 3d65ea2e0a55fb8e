"""The metrics: tokens and seconds of calls that are made, and seconds of strategies."""

from __future__ import annotations

from opentelemetry.metrics import Histogram, Meter

from promptkit.otel.attributes import TOKEN_TYPE, WORKFLOW, Attributes
from promptkit.types import Completion

# The boundaries that the conventions ask for.
_TOKENS = tuple(4**n for n in range(14))
_CALL_SECONDS = tuple(0.01 * 2**n for n in range(14))
_WORKFLOW_SECONDS = (1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200)


class Instruments:
    """Counts what ended.

    Args:
        meter: makes the instruments.
    """

    def __init__(self, meter: Meter) -> None:
        tokens = "Number of input and output tokens used."
        self._tokens = _histogram(meter, "gen_ai.client.token.usage", "{token}", tokens, _TOKENS)
        seconds = "GenAI operation duration."
        self._calls = _histogram(meter, "gen_ai.client.operation.duration", "s", seconds, _CALL_SECONDS)
        seconds = "GenAI workflow duration."
        self._workflows = _histogram(meter, "gen_ai.workflow.duration", "s", seconds, _WORKFLOW_SECONDS)

    def called(self, identity: Attributes, seconds: float, answer: Completion | None, error: Attributes) -> None:
        """Count a call; one whose reply was on record asked nobody."""
        if answer and answer.cached:
            return
        self._calls.record(seconds, identity | error)
        if answer and not answer.usage.unmetered:
            usage = answer.usage
            for kind, tokens in (("input", usage.input_tokens), ("output", usage.output_tokens)):
                self._tokens.record(tokens, {**identity, TOKEN_TYPE: kind})

    def solved(self, name: str, seconds: float, error: Attributes) -> None:
        """Count what a strategy took."""
        self._workflows.record(seconds, {WORKFLOW: name, **error})


def _histogram(meter: Meter, name: str, unit: str, about: str, boundaries: tuple[float, ...]) -> Histogram:
    return meter.create_histogram(name, unit, about, explicit_bucket_boundaries_advisory=boundaries)
