"""A model played by a Python function: for tests, demonstrations and previews."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from promptkit.streaming import emit
from promptkit.types import Completion, Prompt, Usage


@dataclass(frozen=True)
class FunctionModel:
    """Answers with what `function(prompt)` returns: a text, or a whole `Completion`; the function may be async.

    Tokens are not counted: its usage is one unmetered call.
    """

    function: Callable[[Prompt], str | Completion | Awaitable[str | Completion]]
    name: str = "function"
    endpoint: str = ""
    chat: bool = field(default=True, kw_only=True)
    default_temperature: float | None = field(default=None, kw_only=True)
    default_max_tokens: int | None = field(default=None, kw_only=True)

    async def complete(self, prompt: Prompt | str) -> Completion:
        """Call the function; a text is one user turn."""
        prompt = Prompt.parse(prompt)
        answer = self.function(prompt)
        if inspect.isawaitable(answer):
            answer = await answer
        if not isinstance(answer, Completion):
            answer = Completion(text=answer, prompt=prompt, by=self.name, usage=Usage(calls=1, unmetered=1))
        return emit(answer)

    async def aclose(self) -> None:
        """Nothing to close."""
