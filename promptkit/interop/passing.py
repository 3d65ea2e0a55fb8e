"""What goes between libraries, and what is refused by name because it can't."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, ClassVar, TypeVar

from promptkit.backend import Closing
from promptkit.errors import (
    AuthenticationError,
    BackendError,
    InvalidRequest,
    PromptkitError,
    RateLimited,
    TimedOut,
    Unavailable,
    UnknownModel,
    UsageError,
)
from promptkit.foreign import explain
from promptkit.tracing import calling
from promptkit.types import Completion, Prompt, Role, Usage

T = TypeVar("T")
_BY_STATUS: Mapping[int, type[BackendError]] = {
    401: AuthenticationError,
    403: AuthenticationError,
    404: UnknownModel,
    408: TimedOut,
    429: RateLimited,
}
_MISTAKES = (TypeError, ValueError, NotImplementedError, AttributeError, LookupError)  # trying again mends none


class LibraryModel(Closing):
    """A model of another library as ours: what can't be passed on is refused by name, and then it is asked once.

    Attributes:
        whose: what stands before its name in errors.
        passes: what it is given beside texts, temperature, `max_tokens` and `stop`.
    """

    chat = True
    whose: ClassVar[str] = ""
    passes: ClassVar[tuple[str, ...]] = ()

    @property
    @abstractmethod
    def name(self) -> str:
        """As `provider/name`."""

    def check(self, prompt: Prompt) -> None:
        """Refuse what is not passed on, without sending anything.

        Raises:
            InvalidRequest: names it.
        """
        refuse(prompt, model=f"{self.whose}{self.name}", unless=self.passes)

    def complete(self, prompt: Prompt | str) -> Coroutine[Any, Any, Completion]:
        """Ask it once.

        Raises:
            InvalidRequest: the prompt has something that is not passed on.
            BackendError: the model could not be asked.
        """
        return calling(self, Prompt.parse(prompt), self._asked)

    async def _asked(self, prompt: Prompt) -> Completion:
        try:
            return await self._complete(prompt)
        except PromptkitError:
            raise
        except Exception as error:
            raise self._translated(error) from error

    def _translated(self, error: Exception) -> BackendError:
        """Our error for one of the library, or of what it asks by; without keys that it quotes."""
        status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
        status = status if isinstance(status, int) else None
        kind = _kind(error) if status is None else _kind_of(status)
        return kind(f"{self.name} failed with {explain(error)}", model=self.name, status=status)

    @abstractmethod
    async def _complete(self, asked: Prompt) -> Completion: ...

    async def aclose(self) -> None:
        """Nothing: the library closes its models."""


def _kind(error: Exception) -> type[BackendError]:
    if isinstance(error, TimeoutError):
        return TimedOut
    return InvalidRequest if isinstance(error, _MISTAKES) else Unavailable


def _kind_of(status: int) -> type[BackendError]:
    return _BY_STATUS.get(status, InvalidRequest if 400 <= status < 500 else Unavailable)


def call_usage(
    *, input_tokens: int | None, output_tokens: int | None, cached_tokens: int | None, reasoning_tokens: int | None
) -> Usage:
    """What a call consumed, as another library counts it; unmetered where a count is missing or negative."""
    cached, reasoning = cached_tokens or 0, reasoning_tokens or 0
    if input_tokens is None or output_tokens is None or min(input_tokens, output_tokens, cached, reasoning) < 0:
        return Usage(calls=1, unmetered=1)
    return Usage(
        calls=1,
        input_tokens=input_tokens if cached <= input_tokens else input_tokens + cached,  # then it counts them apart
        cached_tokens=cached,
        output_tokens=output_tokens if reasoning <= output_tokens else output_tokens + reasoning,
        reasoning_tokens=reasoning,
    )


def refuse(prompt: Prompt, *, model: str, unless: tuple[str, ...] = ()) -> None:
    """Refuse what of a prompt a model of another library is not given; `unless` it is one of these.

    Raises:
        InvalidRequest: names images, logprobs, a schema, or an effort.
    """
    given = {
        "images": bool(prompt.images),
        "logprobs": prompt.logprobs is not None,
        "schema": prompt.schema is not None,
        "effort": prompt.effort is not None,
    }
    if refused := [name for name, there in given.items() if there and name not in unless]:
        fact = f"{', '.join(refused)} can't be passed on to {model}"
        raise InvalidRequest(f"{fact}; leave it out, or ask a model of promptkit's own", model=model)


def prompt_of(turns: Iterable[tuple[Role, str]], library: str, sampling: Mapping[str, object] | None = None) -> Prompt:
    """The prompt of a conversation of another library, in which an empty one is refused.

    Raises:
        UsageError: there is no turn.
    """
    messages = [{"role": role, "content": text} for role, text in turns]
    if not messages:
        raise UsageError(f"{library} gave a strategy no message; give it a question")
    return Prompt.model_validate({"messages": messages, **(sampling or {})})


def sampling_of(given: Mapping[str, object], taken: Mapping[str, str]) -> dict[str, object]:
    """What another library gives beside a conversation, as fields of a prompt; `taken` has these by its names.

    Raises:
        UsageError: something else is given, which a strategy has no place for.
    """
    there = {name: value for name, value in given.items() if value is not None}
    if others := [name for name in there if name not in taken]:
        raise UsageError(f"{others[0]} can't be passed on to a strategy; it takes {', '.join(taken)}")
    return {taken[name]: tuple(value) if isinstance(value, list) else value for name, value in there.items()}


def no_text(fact: str) -> UsageError:
    """The error about content that is no text."""
    return UsageError(f"{fact}, and strategies take only texts")


def turns_of(prompt: Prompt, made: Mapping[Role, Callable[[str], T]]) -> list[T]:
    """The turns of a prompt, each as its role's function makes one of its text."""
    return [made[turn.role](turn.text) for turn in prompt.messages]


def account(answer: Completion) -> dict[str, object]:
    """What another library keeps beside an answer: how many calls, by which way, what was done instead."""
    told: dict[str, object] = {"calls": answer.usage.calls, "answered_by": answer.by}
    return told | ({"fallbacks": list(answer.all_fallbacks())} if answer.all_fallbacks() else {})
