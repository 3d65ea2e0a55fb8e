"""Read which of several replies was picked."""

from __future__ import annotations

import re

from promptkit.answers.prose.reply import visible_text

_BEST = r"(?:best|最佳)\W{0,8}(?:(?:answer|one|答案)\W{0,4})?"
_CONSISTENT = r"(?:most\sconsistent|最一致)\W{0,8}(?:(?:answer|response|one|答案)\W{0,4})?"
_PICK = re.compile(
    rf"(?:{_BEST}|{_CONSISTENT})(?:(?:is|would\sbe)\W{{1,8}})?(?:(?:answer|response|number)\W{{0,4}})?"
    r"(\d{1,4})(?!\d|[.,]\d)",
    re.IGNORECASE,
)


def read_pick(text: str, replies: int) -> int | None:
    """The last number announced as the best or most consistent, from 1, when there is such a reply."""
    numbers = [int(found) for found in _PICK.findall(visible_text(text))]
    return numbers[-1] if numbers and 1 <= numbers[-1] <= replies else None
