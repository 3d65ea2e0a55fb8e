"""Read which of several replies was picked, and score replies by a function of others."""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable, Callable
from numbers import Real

from promptkit.answers.reply import visible_text
from promptkit.foreign import explain
from promptkit.strategies.called import called

NO_SCORE = "left out draws: the score function failed on them"
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


async def scored(score: Callable[[str], float | Awaitable[float]], text: str) -> tuple[float | None, str]:
    """The score of a reply, or `None` and why it has none."""
    try:
        value: object = await called(score, text)
    except Exception as error:  # noqa: BLE001 - of code of others
        return None, f"the score function failed with {explain(error)}"
    if not isinstance(value, Real) and callable(item := getattr(value, "item", None)):
        value = item()  # a scalar of numpy or torch
    if not isinstance(value, Real) or not math.isfinite(value):
        return None, f"the score function returned {value!r:.80}, which is no finite number"
    return float(value), ""
