"""What kind of answer targets look like: proposed where nothing states it, and never assumed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from promptkit.answers import AnswerKind, AnswerType
from promptkit.answers.options.options import options
from promptkit.errors import UsageError

_LOOKED_AT = 200  # targets
_MOST_LABELS = 12
_LABEL_WORDS = 4


_CALLED = {"number": "numbers", "choice": "options", "date": "dates", "label": "labels", "json": "JSON"}


class Guess(NamedTuple):
    """A kind of answer, and the labels of kind label."""

    kind: AnswerKind
    labels: tuple[str, ...] = ()

    def described(self) -> str:
        """How targets of this kind are called."""
        return _CALLED.get(self.kind, "texts")

    def proposal(self) -> str:
        """What to give."""
        if not self.labels:
            return f"`answer` {self.kind}"
        return f"`answer` label and `labels` {','.join(self.labels)}"


def guess_answer(targets: Sequence[str], questions: Sequence[str] = ()) -> Guess:
    """The kind that all of these look like, of questions that may list options."""
    some = [target.strip() for target in targets[:_LOOKED_AT]]
    if not some:
        return Guess("text")
    listed = [options(question) for question in questions[:_LOOKED_AT]]
    if listed and all(target.strip("()") in of for target, of in zip(some, listed, strict=False) if of) and all(listed):
        return Guess("choice")
    if all(_is("number", target) for target in some):
        return Guess("number")
    if all(_is("date", target) for target in some):
        return Guess("date")
    if labels := labels_of(targets):
        return Guess("label", labels)
    if all(target[:1] in ("{", "[") and _is_json(target) for target in some):
        return Guess("json")
    return Guess("text")


def labels_of(targets: Sequence[str], *, each: int = 2) -> tuple[str, ...]:
    """The few different short texts that all targets are, the commonest first; empty where they are not so.

    On average each of them has to occur `each` times or more.
    """
    counts = Counter(target.strip() for target in targets)
    few = 2 <= len(counts) <= min(_MOST_LABELS, len(targets) // each)
    if not few or any(len(label.split()) > _LABEL_WORDS or "," in label or not label for label in counts):
        return ()
    if len({label.casefold() for label in counts}) < len(counts) or any(_is("number", label) for label in counts):
        return ()
    return tuple(label for label, _ in counts.most_common())


def _is(kind: AnswerKind, target: str) -> bool:
    try:
        AnswerType(kind).check_target(target)
    except UsageError:
        return False
    return True


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
