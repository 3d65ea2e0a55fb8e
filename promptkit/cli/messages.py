"""Messages as commands show them: roles in colour, tokens, and which templates their text comes from."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable, Sequence

from rich.rule import Rule
from rich.text import Text

from promptkit.cli import output
from promptkit.terminal import Terminal
from promptkit.token_counts import approximate_tokens
from promptkit.types import Message

_STYLES = {"+": "green", "-": "red", "@": "dim"}  # of the lines of a difference
COLOURS = {"system": "magenta", "user": "cyan", "assistant": "green"}
_WIDTH = 60  # of a heading where there is no screen


def tokens_of(messages: Sequence[Message]) -> int:
    """About how many tokens messages have."""
    return sum(approximate_tokens(message.text) for message in messages)


def print_message(message: Message, *, sources: Iterable[str] = (), question: str = "") -> None:
    """A message under its role, its tokens and its `sources`; `question`, where it is a part of it, in a style."""
    tokens = approximate_tokens(message.text)
    about = " · ".join([f"about {tokens} token{'s' * (tokens != 1)}", *sources])
    if not sys.stdout.isatty():  # to the letter, for other programs
        output.print_text(f"[{message.role}] {about}\n{message.shown}\n")
        return
    screen, text = Terminal(soft_wrap=True), Text(message.shown)
    start = message.shown.find(question) if question else -1
    if start >= 0:
        text.stylize("italic", start, start + len(question))
    screen.print(Text.assemble((f"[{message.role}]", f"bold {COLOURS[message.role]}"), (f" {about}", "dim")))
    screen.print(text)
    screen.print()


def print_heading(text: str) -> None:
    """A line across the screen with a title in it."""
    if sys.stdout.isatty():
        Terminal().print(Rule(Text(text, style="bold"), align="left", style="dim"))
    else:
        output.print_text(f"── {text} " + "─" * max(3, _WIDTH - len(text)))


def difference(before: str, after: str, a: str, b: str) -> list[str]:
    """How two texts called `a` and `b` differ, as the lines of a unified diff; none where they are the same."""
    return list(difflib.unified_diff(before.splitlines(), after.splitlines(), a, b, lineterm="", n=2))


def print_difference(lines: Sequence[str]) -> None:
    """The lines of a difference in colour."""
    screen = Terminal(soft_wrap=True)
    for line in lines or ["no difference"]:
        screen.print(Text(line, style="" if line[:3] in ("---", "+++") else _STYLES.get(line[:1], "")))
