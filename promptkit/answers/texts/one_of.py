"""A text that has several right forms, each listed in the target."""

from __future__ import annotations

import json
from dataclasses import dataclass

from promptkit.answers.answer import Answer
from promptkit.answers.texts.texts import TextReader
from promptkit.errors import UsageError


@dataclass(frozen=True)
class OneOfReader(TextReader):
    """Finds a short text, as kind `text` does; it is right when it is any of those that the target lists."""

    def check(self, target: str) -> None:
        """Refuse a target that lists nothing, or an empty text.

        Raises:
            UsageError: it does.
        """
        for form in alternatives(target):
            super().check(form)

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is one of the texts of `target`, which is `A | B` or a JSON list."""
        return any(TextReader.accepts(self, answer, form) for form in alternatives(target))

    def same(self, answer: Answer, other: Answer) -> bool:
        """Whether one would be right where the other is the target."""
        pairs = ((answer, str(other.value)), (other, str(answer.value)))
        return any(TextReader.accepts(self, one, text) for one, text in pairs)


def alternatives(target: str) -> list[str]:
    """The texts that `target` lists: a JSON list of them, or separated by `|`.

    Raises:
        UsageError: it is a JSON list of something else.
    """
    if target.lstrip().startswith("["):
        try:
            listed = json.loads(target)
        except (ValueError, RecursionError):
            listed = None
        if isinstance(listed, list):
            if not listed or not all(isinstance(one, str | int | float) for one in listed):
                raise UsageError(f"the target {target!r:.80} is not a list of texts")
            return [str(one) for one in listed]
    return [form.strip() for form in target.split("|")]
