"""OpenTelemetry: spans and metrics of strategies, steps and calls, by its conventions for generative AI."""

from promptkit.otel.traced import traced as traced
