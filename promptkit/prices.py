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


BATCH_PART = 0.5  # of the price, by batches, where the list has no price of its own: OpenAI, Anthropic, November 2026


def cost_usd(model: str, usage: Usage, *, batch: bool = False) -> float | None:
    """US dollars for `usage` of `model` (`provider/name`); `None` when the price or a token count is not known.

    With `batch` it was asked through the provider's batch API, which costs half as much. Hidden reasoning is billed as
    output, and counted with it.
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
    provider = _LISTED.get(provider, provider)
    try:
        price = float(calc_price(counts, name, provider_id=provider).total_price)
        if not batch:
            return price
        context = {"processing": "batch"}
        listed = float(calc_price(counts, name, provider_id=provider, price_context=context).total_price)
    except (LookupError, ValueError):  # a model that is not listed; counts that contradict each other
        return None
    return listed if listed < price else price * BATCH_PART
