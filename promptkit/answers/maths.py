"""Mathematical expressions in a reply, found and compared by the library math-verify, in a process with limits."""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass

from promptkit.answers.answer import Answer
from promptkit.confined.process import Worker
from promptkit.distribution import pip_install
from promptkit.errors import NotGraded, UsageError

SECONDS = 10.0  # for one expression, or one pair of them
START_SECONDS = 120.0  # the library is large
MEGABYTES = 2048
_TAIL = 4000  # characters at the end of a reply that are read
_PRESENTS = ("\\boxed", "answer")


@dataclass(frozen=True)
class MathReader:
    r"""Finds an expression, equation, set, interval or matrix: the last `\boxed{}`, what is announced, or the last one.

    Two are the same when computer algebra shows that they are equal: `\frac{1}{2}`, `0.5` and `2/4`.
    """

    def find(self, text: str) -> Answer | None:
        """The expression of a reply; `None` where there is none, or it can't be read in time."""
        read = text[-_TAIL:].strip()
        if not read:
            return None
        try:
            found = _worker().ask({"find": read}, seconds=SECONDS)
        except NotGraded:
            return None
        if found["found"] is None:
            return None
        shown = str(found["found"])
        explicit = any(word in read.casefold() for word in _PRESENTS)
        return Answer(read, shown, "math-verify", str(found["value"]) or shown, explicit=explicit)

    def check(self, target: str) -> None:
        """Refuse a target that is not an expression.

        Raises:
            UsageError: math-verify finds none in it, or is not installed.
        """
        try:
            known = _worker().ask({"check": _marked(target)}, seconds=SECONDS)["known"]
        except NotGraded as error:
            raise UsageError(f"the target {target!r:.80} can't be read as an expression: {error}") from None
        if not known:
            raise UsageError(rf"the target {target!r:.80} is not an expression; write LaTeX, such as \frac{{1}}{{2}}")

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is equal to `target`.

        Raises:
            NotGraded: it takes too long to tell.
        """
        return self._same(_marked(target), str(answer.value))

    def same(self, answer: Answer, other: Answer) -> bool:
        """Whether one would be right where the other is the target; not where it can't be told."""
        try:
            return self._same(str(other.value), str(answer.value))
        except NotGraded:
            return False

    def _same(self, target: str, reply: str) -> bool:
        try:
            return bool(_worker().ask({"target": target, "reply": reply}, seconds=SECONDS)["same"])
        except NotGraded as error:
            raise NotGraded(f"the expressions could not be compared: {error}") from None


@functools.cache
def _worker() -> Worker:
    if importlib.util.find_spec("math_verify") is None:
        raise UsageError(f"answers of type math need the package math-verify; {pip_install('math')}")
    return Worker("check_math.py", megabytes=MEGABYTES, start_seconds=START_SECONDS)


def _marked(target: str) -> str:
    """A target as math-verify looks for one: between dollars, unless it is marked already."""
    return target if any(mark in target for mark in ("$", "\\boxed", "\\(", "\\[")) else f"${target.strip()}$"
