"""Ctrl-C and SIGTERM: in a run, the first one lets the calls in flight finish, and the second does not."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator

from promptkit.cli import output
from promptkit.errors import Stopped
from promptkit.wrappers.stop import Stop


class Interrupted(Stopped):
    """A signal came."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@contextlib.contextmanager
def graceful_shutdown(stop: Stop, resume: str, flush: Callable[[], None]) -> Iterator[None]:
    """Within it, in the event loop, a signal calls `stop`; one that comes when it was called ends the process at once.

    At once means that no reply in flight is waited for: not those of servers, and not those being written in this
    process. What was answered before is on disk; `flush` writes the rest.
    """

    def on(number: int) -> None:
        if stop.reason:
            _end(number, flush)
        stop(Interrupted(number))
        meanwhile = "calls in flight are finished and recorded; another Ctrl-C stops at once"
        output.print_notice(f"stopping: nothing more is sent, and {meanwhile}; {resume}")

    with _signals(on):
        yield


@contextlib.contextmanager
def immediate_shutdown() -> Iterator[None]:
    """Within it, in the event loop, the first signal ends the process at once. What a terminal shows stays there."""
    with _signals(_end):
        yield


@contextlib.contextmanager
def _signals(on: Callable[[int], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():  # the others get no signals
        yield
        return
    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C is a KeyboardInterrupt there
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, on, number)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)


def _end(number: int, flush: Callable[[], None] = lambda: None) -> None:
    try:
        flush()
        if sys.stderr.isatty():
            sys.stderr.write("\x1b[?25h\n")  # the cursor, which the progress bar hid
        sys.stderr.flush()
    finally:
        os._exit(Interrupted(number).exit_code)
