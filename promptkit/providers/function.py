"""A model played by a Python function: for tests, demonstrations and previews."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from promptkit.arguments import require_type
from promptkit.backend import Closing
from promptkit.errors import UsageError
from promptkit.streaming import emit
from promptkit.tracing import calling
from promptkit.types import Completion, Prompt, Usage


@dataclass(frozen=True)
class FunctionModel(Closing):
    """Answers with what `function(prompt)` returns: a text, or a whole `Completion`; the function may be async.

    Tokens are not counted: its usage is one unmetered call.

    Raises:
        TypeError: `function` can't be called, or `name` or `endpoint` is not a text.
    """

    function: Callable[[Prompt], str | Completion | Awaitable[str | Completion]]
    name: str = "function"
    endpoint: str = ""
    chat: bool = field(default=True, kw_only=True)
    default_temperature: float | None = field(default=None, kw_only=True)
    default_max_tokens: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if not callable(self.function):
            raise TypeError(f"FunctionModel takes a function of a prompt, got {self.function!r:.80}")
        require_type("name", self.name, "a text")
        require_type("endpoint", self.endpoint, "a text")

    def complete(self, prompt: Prompt | str) -> Coroutine[Any, Any, Completion]:
        """Call the function; a text is one user turn.

        Raises:
            UsageError: it returned neither a text nor a `Completion`.
        """
        return calling(self, Prompt.parse(prompt), self._complete)

    async def _complete(self, prompt: Prompt) -> Completion:
        answer: object = self.function(prompt)
        if inspect.isawaitable(answer):
            answer = await answer
        if not isinstance(answer, (str, Completion)):
            kind = type(answer).__name__
            raise UsageError(f"the function of {self.name} returned a {kind}; return a text or a Completion")
        if isinstance(answer, str):
            answer = Completion(text=answer, prompt=prompt, by=self.name, usage=Usage(calls=1, unmetered=1))
        return emit(answer)

    async def aclose(self) -> None:
        """Nothing to close."""
