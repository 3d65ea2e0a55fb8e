"""The one seam: whatever completes a prompt is a backend. Models, strategies and wrappers all are."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Coroutine, Iterator, Mapping
from typing import Any, Protocol, Self, cast, runtime_checkable

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
        chat: whether it can be given a conversation; one that only continues text can't. A class that derives from this
            one inherits `True`, and an object without the attribute is taken for a chat model.

    A model that writes only so many replies at the same time may have that number as `parallel`; a run then asks it
    for little more. One may have as `default_temperature` the temperature at which it answers prompts that leave it
    open; at 0 all its draws are the same, and votes are refused. `default_max_tokens` is how long its replies may be
    there, hidden reasoning included, for the ceiling of a dry run. `default_effort` is how much it reasons there, for
    the forecast. Without one, or at `None`, it is not known. A model that only continues text may have as `as_text` the
    wording in which `AsText` writes turns for it: one of the templates `as_text/…`. A model that knows what it would
    refuse may have `check(prompt)`, which raises `InvalidRequest` for such a prompt without sending anything: a run,
    and `ask`, call it before anything is paid.
    """

    @property
    def name(self) -> str: ...  # noqa: D102 - described above
    @property
    def endpoint(self) -> str: ...  # noqa: D102 - described above
    @property
    def chat(self) -> bool:  # noqa: D102 - described above
        return True

    async def aclose(self) -> None:
        """Let go of connections, files and threads. Asking a closed model is an error."""
        ...


@runtime_checkable
class CanClose(Protocol):
    """What can be closed by `close(…)`: models, wrappers and strategies."""

    def aclose(self) -> Coroutine[Any, Any, None]: ...  # noqa: D102 - as of `Model`


class Closing:
    """Closes itself at the end of `async with`."""

    @abstractmethod
    async def aclose(self) -> None:
        """Let go of what it holds."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


class AroundModel(Closing):
    """What is around a model, and passes on what a model tells of itself.

    Attributes:
        backend: the model inside.
    """

    backend: Model

    @property
    def name(self) -> str:
        """The name of the model inside."""
        return self.backend.name

    @property
    def endpoint(self) -> str:
        """The address of the model inside."""
        return self.backend.endpoint

    @property
    def chat(self) -> bool:
        """Whether the model inside takes conversations; one that does not tell does."""
        return bool(getattr(self.backend, "chat", True))

    @property
    def parallel(self) -> int | None:
        """How many replies the model inside writes at the same time; `None` where it does not tell."""
        return getattr(self.backend, "parallel", None)

    @property
    def default_temperature(self) -> float | None:
        """Its temperature where a prompt leaves it open; `None` where it is not known."""
        return getattr(self.backend, "default_temperature", None)

    @property
    def default_max_tokens(self) -> int | None:
        """How long its replies may be where a prompt leaves it open; `None` where it is not known."""
        return getattr(self.backend, "default_max_tokens", None)

    async def aclose(self) -> None:
        """Close the model inside."""
        await self.backend.aclose()


def held_backends(value: object) -> Iterator[Backend]:
    """The backends in a value, and in the tuples, lists, sets and mappings in it; each once, and not what they hold."""
    seen = set[int]()
    left = [value]
    while left:
        held = left.pop(0)
        if isinstance(held, Mapping):
            left[:0] = held.values()
        elif isinstance(held, (tuple, list, set, frozenset)):
            left[:0] = held
        elif isinstance(held, Backend) and not isinstance(held, type) and id(held) not in seen:
            seen.add(id(held))
            yield held


def require_backend(value: object) -> Backend:
    """`value`, which has to be a backend.

    Raises:
        TypeError: it is not.
    """
    if isinstance(value, type):
        raise TypeError(f"{value.__name__} is a class, not a backend; make one, such as {value.__name__}(…)")
    if not callable(getattr(value, "complete", None)):
        way_out = f"load_model({value!r}) makes one" if isinstance(value, str) else "load_model(name) makes one"
        raise TypeError(f"{value!r:.80} is not a backend: it has no complete(prompt); {way_out}")
    return cast("Backend", value)
