"""The whole reply as the answer, for tasks whose point is the format."""

from __future__ import annotations

from promptkit.answers.answer import Answer
from promptkit.errors import UsageError


class ExactReader:
    """Takes the whole reply, without the white space around it."""

    def find(self, text: str) -> Answer | None:
        """The reply; `None` for an empty one."""
        reply = text.strip()
        return Answer(reply, reply, "whole reply", reply, explicit=True) if reply else None

    def check(self, target: str) -> None:
        """Refuse an empty target.

        Raises:
            UsageError: `target` is empty, and an empty reply is not an answer.
        """
        if not target.strip():
            raise UsageError("the target is empty; write the correct reply")

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target` to the letter."""
        return answer.key == target.strip()
