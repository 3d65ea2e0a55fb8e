"""Find strategies that can't work with their models before anything is sent: equal draws are no vote.

And a parameter that a model refuses, such as a temperature or an effort that it lacks, is no call.
"""

from __future__ import annotations

from promptkit.backend import Backend
from promptkit.errors import InvalidRequest, UsageError
from promptkit.previewing import placeholder
from promptkit.providers.function import FunctionModel
from promptkit.strategies.draws import EqualDraws
from promptkit.strategy import Strategy
from promptkit.streaming import muted
from promptkit.sync import wait_for
from promptkit.tracing import untraced
from promptkit.types import Prompt

_VOTES = ("self-consistency", "best-of-n", "debate", "mixture-of-agents", "cascade")


def require_possible(name: str, asked: Backend, prompt: Prompt) -> None:
    """Refuse a strategy that draws several replies of a model that always writes the same, or asks what one refuses.

    The strategy is asked `prompt` with a stand-in for every model, which answers with placeholders. Nothing is sent.
    A model whose default temperature is not known may be random, and one without `check` may take everything.

    Raises:
        UsageError: `name`, as the strategy is called, asks a model at temperature 0 for several draws of a prompt, or
            for something that the model is known to refuse.
    """
    refused: list[InvalidRequest] = []
    if not isinstance(asked, Strategy):
        _check(asked, prompt, refused)
        if refused:
            raise UsageError(str(refused[0]))
        return
    draws: dict[tuple[str, Prompt], set[int]] = {}

    def stand_in(held: Backend) -> Backend:
        model = str(getattr(held, "name", type(held).__name__))
        default = getattr(held, "default_temperature", None)

        def note(sent: Prompt) -> str:
            _check(held, sent, refused)
            if (default if sent.temperature is None else sent.temperature) == 0:
                draws.setdefault((model, sent.with_draw(0)), set()).add(sent.draw)
            return placeholder(len(draws), sent)

        return FunctionModel(note, name=model, endpoint=str(id(held)))

    try:
        with muted(), untraced():
            wait_for(asked.over(stand_in).complete(prompt))
    except EqualDraws:
        raise _refusal(name, "several replies", str(getattr(asked.base, "name", "its model"))) from None
    except Exception:  # noqa: BLE001, S110 - one that chokes on a placeholder reports it when it is really asked
        pass
    if refused:
        raise UsageError(f"{name}: {refused[0]}")
    for (model, _), drawn in draws.items():
        if len(drawn) > 1:
            raise _refusal(name, f"{len(drawn)} replies", model)


def _check(held: Backend, sent: Prompt, refused: list[InvalidRequest]) -> None:
    try:
        if check := getattr(held, "check", None):
            check(sent)
    except InvalidRequest as error:
        refused.append(error)


def _refusal(name: str, replies: str, model: str) -> UsageError:
    written = next((vote for vote in _VOTES if vote in name), None)
    way_out = f"give a temperature{f', such as {written}(temperature=0.8)' if written else ''}"
    return UsageError(f"{name} draws {replies} of {model} at temperature 0, which are all the same; {way_out}")
