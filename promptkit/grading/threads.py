"""Call a function of others in a thread that nobody has to wait for in the end."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_own_thread(function: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - those of the function
    """The result of `function` in a new thread. One that never returns does not keep the program from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # it is the function's, whatever that may be

    def call() -> None:
        result: T | None = None
        failed: BaseException | None = None
        try:
            result = function(*arguments)
        except StopIteration as error:  # a future refuses it
            failed = RuntimeError(f"it raised {error!r}")
        except BaseException as error:  # noqa: BLE001 - raised where the result is awaited
            failed = error
        with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody waits any more
            loop.call_soon_threadsafe(settle, result, failed)

    threading.Thread(target=call, daemon=True, name="promptkit-grader").start()
    return await future
