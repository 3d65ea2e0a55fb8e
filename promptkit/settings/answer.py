"""The kinds of answer that a setting may name."""

from __future__ import annotations

from promptkit.answers.kinds import GRADERS
from promptkit.errors import UsageError

ANSWER_TYPES = f"{', '.join(GRADERS.shipped)}; or one that a package adds, or module:name."


def known_answer(kind: str | None) -> str | None:
    """The same kind of answer, when there is such a one.

    Raises:
        UsageError: there is none.
    """
    if kind is not None:
        try:
            GRADERS.get(kind)
        except UsageError as error:
            raise UsageError(f"`answer` {kind}: {error}") from None
    return kind
