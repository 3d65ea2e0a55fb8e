"""Show the exact prompts of a strategy before anything is sent."""

from __future__ import annotations

import itertools

from promptkit.backend import Backend, require_backend
from promptkit.errors import AnswerNotFound
from promptkit.providers.function import FunctionModel
from promptkit.strategies.critique import REJECTING, asks_for_verdict
from promptkit.strategy import Strategy
from promptkit.streaming import muted
from promptkit.sync import wait_for
from promptkit.types import Prompt, Value


class PreviewedCall(Value):
    """One call as it would be made: what it is for, and the exact prompt."""

    step: str
    prompt: Prompt


def preview(backend: Backend, prompt: Prompt | str) -> tuple[PreviewedCall, ...]:
    """The calls that `backend`, usually a strategy, would make for `prompt`, in the order asked.

    Nothing is sent, whichever models the strategy asks. Where a later prompt holds an earlier reply, a placeholder of
    two list items stands for it, and of a rejecting verdict where one is asked for: so a plan is shown with two
    sub-questions, and a critique with its revision.

    Raises:
        TypeError: `backend` is not a backend, or `prompt` neither a `Prompt` nor a text.
        PromptkitError: the strategy refuses the prompt, as it would when asked.
    """
    numbers = itertools.count(1)
    unsent = FunctionModel(lambda sent: placeholder(next(numbers), sent), name="preview")
    asked = require_backend(backend)
    previewed = asked.over(unsent) if isinstance(asked, Strategy) else unsent
    try:
        with muted():
            calls = wait_for(previewed.complete(Prompt.parse(prompt))).calls()
    except AnswerNotFound as error:  # a vote that finds no answer in placeholders has asked all its draws by then
        calls = tuple(call for step in error.completions for call in step.calls())
    return tuple(PreviewedCall(step=call.step, prompt=call.prompt) for call in calls)


def placeholder(number: int, asked: Prompt) -> str:
    """What stands for the reply to call `number`."""
    items = f"1. ‹first item of reply {number}›\n2. ‹second item of reply {number}›"
    return f"{items}\n{REJECTING}" if asks_for_verdict(asked.question) else items
