"""Replies on the terminal as they come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.cells import chop_cells
from rich.live import Live
from rich.text import Text

from promptkit.formatting import plain
from promptkit.streaming import Delta, stream_to
from promptkit.terminal import Terminal

_KEPT = 4000  # characters of a reply, from its end: more than a screen holds of one line


@contextmanager
def shown_live(*, wanted: bool) -> Iterator[None]:
    """Show replies while they are written, and nothing where standard output is not a terminal.

    One reply is shown at its full length, and several at the same time by the line that each has come to. All of it
    vanishes at the end of the block, when the answer can be printed.
    """
    if not (wanted and sys.stdout.isatty()):
        yield
        return
    screen = _Screen(Terminal())
    live = Live(console=screen.console, transient=True, refresh_per_second=12)
    with live, stream_to(lambda delta: live.update(screen.after(delta))):
        yield


class _Screen:
    def __init__(self, console: Terminal) -> None:
        self.console = console
        self._texts: dict[str, str] = {}

    def after(self, delta: Delta) -> Text:
        """What is shown once `delta` has come."""
        before = "" if delta.restart else self._texts.get(delta.path, "")
        self._texts[delta.path] = (before + plain(delta.text))[-_KEPT:]
        width, height = self.console.size
        if len(self._texts) == 1:
            lines = list(Text(self._texts[delta.path]).wrap(self.console, width))
        else:
            lines = [_line(path, text, width) for path, text in self._texts.items()]
        return Text("\n").join(lines[1 - height :])


def _line(path: str, text: str, width: int) -> Text:
    """Where a call is: its path, and the last line of its reply so far."""
    label = f"{path}: " if path else ""
    lines = chop_cells(" ".join(text.split()), max(1, width - len(label)))
    return Text(label, style="dim") + Text(lines[-1] if lines else "")
