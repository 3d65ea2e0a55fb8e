"""The whole reply as the answer, for tasks whose point is the format."""

from __future__ import annotations

from promptkit.answers.answer import Answer


class ExactReader:
    """Takes the whole reply, without the white space around it."""

    def find(self, text: str) -> Answer | None:
        """The reply; `None` for an empty one."""
        said = text.strip()
        return Answer(said, said, "whole reply", said, explicit=True) if said else None

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target` to the letter."""
        return answer.key == target.strip()
