"""Messages on the terminal: their roles in colour, their tokens, and where their text comes from."""

from __future__ import annotations

from collections.abc import Sequence

from rich.rule import Rule
from rich.text import Text

from promptkit.terminal import Terminal
from promptkit.token_counts import approximate_tokens
from promptkit.types import Message

COLOURS = {"system": "magenta", "user": "cyan", "assistant": "green"}


def tokens_of(messages: Sequence[Message]) -> int:
    """About how many tokens messages have."""
    return sum(approximate_tokens(message.text) for message in messages)


def print_messages(messages: Sequence[Message], *, console: Terminal | None = None) -> None:
    """Each message under its role and its tokens."""
    screen = console or Terminal(soft_wrap=True)
    for message in messages:
        tokens = approximate_tokens(message.text)
        screen.print(Text(f"[{message.role}]", style=f"bold {COLOURS[message.role]}"), end="")
        screen.print(Text(f" about {tokens} token{'s' * (tokens != 1)}", style="dim"))
        screen.print(Text(message.shown))
        screen.print()


def print_heading(text: str, *, console: Terminal | None = None) -> None:
    """A line across the screen with a title in it."""
    (console or Terminal()).print(Rule(Text(text), align="left", style="dim"))
