"""A progress bar for one kind of step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import Progress

from promptkit.terminal import Terminal


@contextmanager
def advancing(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Show how many of `total` steps are done, on a terminal; what is given is called after each."""
    console = Terminal(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        row = bar.add_task(title, total=total)
        yield lambda: bar.advance(row)
