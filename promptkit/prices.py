"""What calls cost, by the maintained list of the `genai-prices` package. An unknown price is unknown, never 0."""

from __future__ import annotations

import importlib.metadata

from promptkit.types import Usage

# As the list calls providers that have another name here.
_LISTED = {"gemini": "google", "openai-responses": "openai"}
FREE = ("nano", "nano-base", "gguf", "function")  # models that run in this process


def price_list() -> str:
    """Which list the prices are from, by its release; empty without one."""
    try:
        return f"genai-prices {importlib.metadata.version('genai-prices')}"
    except importlib.metadata.PackageNotFoundError:
        return ""


def cost_usd(model: str, usage: Usage) -> float | None:
    """US dollars for `usage` of `model` (`provider/name`); `None` when the price or a token count is not known.

    Hidden reasoning is billed as output, and counted with it.
    """
    provider, _, name = model.partition("?")[0].partition("/")
    if provider in FREE:
        return 0.0
    if usage.unmetered or not name:
        return None
    try:
        from genai_prices import Usage as Priced
        from genai_prices import calc_price
    except ImportError:
        return None
    counts = Priced(
        input_tokens=usage.input_tokens, cache_read_tokens=usage.cached_tokens, output_tokens=usage.output_tokens
    )
    try:
        return float(calc_price(counts, model_ref=name, provider_id=_LISTED.get(provider, provider)).total_price)
    except LookupError:
        return None
