"""What of a reply a strategy passes on: not the thoughts before it, which are long, and wrong more often than it."""

from __future__ import annotations

from promptkit.answers.prose.reply import without_thinking


def passed_on(reply: str) -> str:
    """`reply` without its thinking (`<think>…</think>` and its relatives), else to the letter.

    A reply that is nothing but thinking, such as one that was cut off in the middle of it, is passed on as it is.
    """
    text = without_thinking(reply)
    return reply if not text.strip() else text if text == reply else text.lstrip()
