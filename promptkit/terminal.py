"""A console on which text of others is shown and nothing of it obeyed."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from promptkit.formatting import on_terminal


class Terminal(Console):
    """A console that shows the control characters of what it prints. Its own escapes are made from styles, later."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What `renderable` comes to."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=on_terminal(segment.text))
