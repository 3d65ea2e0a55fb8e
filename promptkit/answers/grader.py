"""What it takes to read and grade one kind of answer: the shipped readers do it, and so may anyone's class."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from promptkit.answers.answer import Answer


@runtime_checkable
class Grader(Protocol):
    """Finds one kind of answer in a reply, and compares it with the target.

    A new one is made for each question, by calling its class with what that declares of `labels` (those of
    the task, as a tuple) and `question` (what was asked, as a text).

    Votes count answers with equal keys as one. A class that has `same(answer, other)`, too, decides by it about others.
    """

    def find(self, text: str) -> Answer | None:
        """The answer of a reply without its thinking blocks; `None` when there is none, or it hedges."""
        ...

    def check(self, target: str) -> None:
        """Refuse a target that no answer can be.

        Raises:
            UsageError: `target` is not an answer of this kind.
        """
        ...

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target`."""
        ...
