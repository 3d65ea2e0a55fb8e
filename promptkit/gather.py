"""Many coroutines at the same time: their results in order, or the first error in this order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from promptkit.errors import AnswerNotFound, BackendError, PromptkitError

T = TypeVar("T")


@dataclass(frozen=True)
class _Failed:
    error: PromptkitError


async def gather(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Run all concurrently; the results in order, or the first error in this order.

    When a call could not be answered, or had no answer, the others are finished before its error is raised: they are
    paid for, and what was answered does not depend on which came first. Any other error is raised at once, and the
    others are cancelled.
    """
    results: list[T] = []
    for result in await _all_of(_settled(c) for c in coroutines):
        if isinstance(result, _Failed):
            raise result.error
        results.append(result)
    return results


async def _settled(coroutine: Coroutine[Any, Any, T]) -> T | _Failed:
    try:
        return await coroutine
    except (BackendError, AnswerNotFound) as error:
        return _Failed(error)


async def _all_of(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    tasks = [asyncio.ensure_future(c) for c in coroutines]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
            task.add_done_callback(_consume_exception)
        await asyncio.gather(*tasks, return_exceptions=True)
        raise


def _consume_exception(task: asyncio.Task[Any]) -> None:
    """Only one error is raised; of the others asyncio would warn that nobody retrieved them."""
    if not task.cancelled():
        task.exception()
