"""What goes between libraries, and what is refused by name because it can't."""

from __future__ import annotations

from promptkit.errors import InvalidRequest, UsageError
from promptkit.types import Completion, Prompt, Role


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


def prompt_of(turns: list[tuple[Role, str]], library: str) -> Prompt:
    """The prompt of a conversation of another library, in which an empty one is refused.

    Raises:
        UsageError: there is no turn.
    """
    if not turns:
        raise UsageError(f"{library} gave a strategy no message; give it a question")
    return Prompt.model_validate({"messages": [{"role": role, "content": text} for role, text in turns]})


def account(answer: Completion) -> dict[str, object]:
    """What another library keeps beside an answer: how many calls, by which way, what was done instead."""
    told: dict[str, object] = {"calls": answer.usage.calls, "answered_by": answer.by}
    return told | ({"fallbacks": list(answer.all_fallbacks())} if answer.all_fallbacks() else {})
