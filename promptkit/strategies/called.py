"""Functions of others that look at a reply: a score, a check."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any


async def called(function: Callable[[str], Any | Awaitable[Any]], text: str) -> Any:  # noqa: ANN401 - whatever it is
    """What `function` makes of a text. One that is not `async` is called in a thread, so that it may take its time."""
    if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 - that of an object, to see whether it is async
    ):
        return await function(text)
    made = await asyncio.to_thread(function, text)
    return await made if inspect.isawaitable(made) else made
