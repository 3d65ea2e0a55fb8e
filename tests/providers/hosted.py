"""Asking the adapters of all APIs, each through a real server."""

import asyncio
from collections.abc import Callable

from promptkit.backend import Model
from promptkit.providers.anthropic import Anthropic
from promptkit.providers.openai import OpenAI
from promptkit.providers.openai_responses import OpenAIResponses
from promptkit.types import Completion, Prompt
from tests.loopback import Server

KEY = "sk-secret-0123456789"

Make = Callable[..., Model]

ADAPTERS: dict[str, Callable[[Server], Make]] = {
    "openai": lambda server: (
        lambda **options: OpenAI("m", **{"base_url": server.openai_url, "api_key": KEY, **options})
    ),
    "openai-responses": lambda server: (
        lambda **options: OpenAIResponses("m", **{"base_url": server.openai_url, "api_key": KEY, **options})
    ),
    "anthropic": lambda server: lambda **options: Anthropic("m", **{"base_url": server.url, "api_key": KEY, **options}),
}


def ask(model: Model, prompt: Prompt | str = "What is 6 times 7?") -> Completion:
    """Ask once, and close the model."""

    async def once() -> Completion:
        try:
            return await model.complete(Prompt.of(prompt) if isinstance(prompt, str) else prompt)
        finally:
            await model.aclose()

    return asyncio.run(once())
