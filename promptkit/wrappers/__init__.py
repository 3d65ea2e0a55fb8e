"""Models around a model: retry, limit, cache, budget and their like."""
