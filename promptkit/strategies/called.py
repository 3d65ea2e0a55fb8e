"""Functions of others that look at a reply, called so that their mistakes are told: a score, a check."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

from promptkit.checkers import Checker
from promptkit.errors import UsageError
from promptkit.foreign import explain

NO_SCORE = "left out draws: the score function failed on them"


@dataclass(frozen=True)
class Found:
    """What a check found: a fault, empty where it does not say which; or why it `failed`."""

    fault: str | None = None
    failed: str = ""


async def called(function: Callable[[str], Any | Awaitable[Any]], text: str) -> Any:  # noqa: ANN401 - whatever it is
    """What `function` makes of a text. One that is not `async` is called in a thread, so that it may take its time."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 - that of an object, to see whether it is async
    ):
        return await function(text)
    made = await asyncio.to_thread(function, text)
    return await made if inspect.isawaitable(made) else made


async def scored(score: Callable[[str], float | Awaitable[float]], text: str) -> tuple[float | None, str]:
    """The score of a reply, or `None` and why it has none."""
    try:
        value: object = await called(score, text)
    except Exception as error:  # noqa: BLE001 - of code of others
        return None, f"the score function failed with {explain(error)}"
    if not isinstance(value, Real) and callable(item := getattr(value, "item", None)):
        value = item()  # a scalar of numpy or torch
    if not isinstance(value, Real) or not math.isfinite(value):
        return None, f"the score function returned {value!r:.80}, which is not a finite number"
    return float(value), ""


async def fault(checker: Checker, text: str) -> Found:
    """What `checker` finds in an answer.

    Raises:
        UsageError: it can't be used at all, as it says itself.
    """
    try:
        found: object = await called(checker, text)
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - of code of others
        return Found(failed=f"failed with {explain(error)}")
    if found is None or found is True or found == "":
        return Found()
    if found is False:
        return Found("")
    return Found(found) if isinstance(found, str) else Found(failed=f"returned {found!r:.80}, which is not text")
