"""How each provider is asked for an effort: its own fields, for a level or for a number of tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from promptkit.types import Effort, Level

Fields = dict[str, Any]
EffortFields = Callable[[Effort], Fields | None]  # `None`: there is no way to ask for it


def by_level(effort: Effort) -> Fields | None:
    """`reasoning_effort`, as OpenAI has it: of levels alone."""
    return None if isinstance(effort, int) else {"reasoning_effort": effort}


def responses(effort: Effort) -> Fields | None:
    """OpenAI's Responses API."""
    return None if isinstance(effort, int) else {"reasoning": {"effort": effort}}


def openrouter(effort: Effort) -> Fields:
    """OpenRouter has both in one object, and translates them for the provider behind it."""
    return {"reasoning": {"max_tokens" if isinstance(effort, int) else "effort": effort}}


def gemini(effort: Effort) -> Fields:
    """Google's compatible endpoint; a number of tokens is a field of its own API, in `extra_body`."""
    if isinstance(effort, int):
        return {"extra_body": {"google": {"thinking_config": {"thinking_budget": effort}}}}
    return {"reasoning_effort": effort}


def deepseek(effort: Effort) -> Fields | None:
    """DeepSeek switches thinking on and off by one field, and has levels in another."""
    if isinstance(effort, int):
        return None
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    return {"thinking": {"type": "enabled"}, "reasoning_effort": effort}


def together(effort: Effort) -> Fields | None:
    """Together switches hybrid models off by one field, and has levels in another."""
    if isinstance(effort, int):
        return None
    return {"reasoning": {"enabled": False}} if effort == "none" else {"reasoning_effort": effort}


def vllm(effort: Effort) -> Fields:
    """VLLM hands levels to the chat template, as most templates know `enable_thinking`."""
    if isinstance(effort, int):
        return {"thinking_token_budget": effort}
    if effort == "none":
        return {"chat_template_kwargs": {"enable_thinking": False}}
    return {"reasoning_effort": effort, "chat_template_kwargs": {"enable_thinking": True}}


def llamacpp(effort: Effort) -> Fields:
    """The server of llama.cpp hands levels to the chat template."""
    if isinstance(effort, int):
        return {"thinking_budget_tokens": effort}
    if effort == "none":
        return {"chat_template_kwargs": {"enable_thinking": False}}
    return {"chat_template_kwargs": {"enable_thinking": True, "reasoning_effort": effort}}


# Tokens of reasoning that a level may lead to, for forecasts. Up to "high" as Google translates levels of OpenAI's
# into budgets (https://ai.google.dev/gemini-api/docs/openai); above that nobody promises anything, and it is doubled.
TOKENS: dict[Level, int] = {
    "none": 0,
    "minimal": 1_024,
    "low": 1_024,
    "medium": 8_192,
    "high": 24_576,
    "xhigh": 49_152,
    "max": 98_304,
}


def most_tokens(effort: Effort | None) -> int:
    """Tokens of reasoning that a reply likely does not exceed; 0 where nothing is known."""
    if effort is None:
        return 0
    return effort if isinstance(effort, int) else TOKENS[effort]
