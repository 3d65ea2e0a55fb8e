"""Examples that ask the very question that is to be answered: they would show its answer."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from promptkit.errors import UsageError
from promptkit.near_copies import near_keys
from promptkit.types import Example

_SHOWN = 80  # characters of a question in an error
_BLANK_AT_A_SIGN = re.compile(r" (?=[^\w\s])|(?<=[^\w\s,.]) ")  # not after , and . or "1, 23" would be "1,23"

_refuses: ContextVar[bool] = ContextVar("promptkit_refuses_leaks", default=False)


@contextmanager
def leaks_refused() -> Iterator[None]:
    """Inside the block such an example is an error, as a benchmark needs it; elsewhere it is left out."""
    token = _refuses.set(True)
    try:
        yield
    finally:
        _refuses.reset(token)


def normal_question(text: str) -> str:
    """The text without what does not make it another question: case, line breaks, and blanks that part no words."""
    return _BLANK_AT_A_SIGN.sub("", " ".join(text.casefold().split()))


def leaking(examples: Sequence[Example], question: str) -> tuple[int, ...]:
    """Which of the examples ask `question`, counted from 0.

    They are the same but for how they are put (`promptkit.near_copies`), or an example's question is written in
    `question` as lines of its own.
    """
    whole, lines, near = normal_question(question), _lines(question), near_keys(question)
    return tuple(
        number
        for number, example in enumerate(examples)
        if not near.isdisjoint(near_keys(example.question))
        or normal_question(example.question) == whole
        or _lines(example.question) in lines
    )


def refuse_leaks(examples: Sequence[Example], leaks: Sequence[int]) -> None:
    """Inside `leaks_refused`, raise when there are any `leaks`.

    Raises:
        UsageError: names the first of them.
    """
    if leaks and _refuses.get():
        shown = examples[leaks[0]].question.strip()[:_SHOWN]
        raise UsageError(
            f"example {leaks[0] + 1} asks the question itself, so its answer would be shown: {shown!r}; take it out"
        )


@functools.lru_cache(maxsize=8_192)
def _lines(text: str) -> str:
    return "\n".join(["", *map(normal_question, text.strip().splitlines()), ""])
