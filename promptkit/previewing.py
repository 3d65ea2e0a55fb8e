"""See the exact prompts of a strategy before anything is sent."""

from __future__ import annotations

import itertools

from promptkit.backend import Backend
from promptkit.errors import AnswerNotFound
from promptkit.providers.function import FunctionModel
from promptkit.strategy import Strategy
from promptkit.sync import wait_for
from promptkit.types import Prompt, Value


class PreviewedCall(Value):
    """One call as it would be made: what it is for, and the exact prompt."""

    step: str
    prompt: Prompt


def preview(backend: Backend, prompt: Prompt | str) -> tuple[PreviewedCall, ...]:
    """The calls that `backend`, usually a strategy, would make for `prompt`, in the order asked.

    Nothing is sent, also not to a critic. Where a later prompt holds an earlier reply, a placeholder of two list items
    stands for it, so a plan is shown with two sub-questions and a critique is followed by its revision.
    """
    asked = Prompt.of(prompt) if isinstance(prompt, str) else prompt
    numbers = itertools.count(1)
    unsent = FunctionModel(lambda _: _placeholder(next(numbers)), name="preview")
    try:
        calls = wait_for(_unsent(backend, unsent).complete(asked)).calls()
    except AnswerNotFound as error:  # a vote that finds no answer in placeholders has asked all its draws by then
        calls = tuple(call for step in error.completions for call in step.calls())
    return tuple(PreviewedCall(step=call.step, prompt=call.prompt) for call in calls)


def _unsent(backend: Backend, unsent: Backend) -> Backend:
    return backend.with_models(lambda _: unsent) if isinstance(backend, Strategy) else unsent


def _placeholder(number: int) -> str:
    return f"1. ‹first item of reply {number}›\n2. ‹second item of reply {number}›"
