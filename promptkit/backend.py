"""The one seam: whatever completes a prompt is a backend. Models, strategies and wrappers all are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from promptkit.types import Completion, Prompt


@runtime_checkable
class Backend(Protocol):
    """Completes prompts."""

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer `prompt`.

        Raises:
            BackendError: the model could not be asked.
        """
        ...


@runtime_checkable
class Model(Backend, Protocol):
    """A backend that is one model at one place: what a record may be keyed by.

    Attributes:
        name: `provider/name`, as on the command line.
        endpoint: where it is asked: a base URL without credentials, or `""` for a model in this process.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - told above
    @property
    def endpoint(self) -> str: ...  # noqa: D102 - told above

    async def aclose(self) -> None:
        """Let go of connections, files and threads. Asking a closed model is an error."""
        ...


@dataclass(frozen=True)
class Wrapper:
    """The base of models around a model: retry, limit, cache. Its identity is that of what it holds."""

    backend: Model

    @property
    def name(self) -> str:
        """The wrapped model's name."""
        return self.backend.name

    @property
    def endpoint(self) -> str:
        """The wrapped model's address."""
        return self.backend.endpoint

    @property
    def chat(self) -> bool:
        """Whether the wrapped model takes turns."""
        return is_chat(self.backend)

    async def aclose(self) -> None:
        """Close the wrapped model."""
        await self.backend.aclose()


def is_chat(backend: Backend) -> bool:
    """Whether it can be given a conversation. A model that only continues text says so: its `chat` is false."""
    return bool(getattr(backend, "chat", True))
