"""Wrong reasoning made of a right one: its numbers, or its words, each in the place of another."""

from __future__ import annotations

import re

_EXPRESSION = re.compile(r"[$€£]?\d[\d.,]*(?<![.,])%?(?:\s?[-+*/×÷x=·−]\s?[$€£]?\d[\d.,]*(?<![.,])%?)*")
_WORD = re.compile(r"[^\W\d_]{2,}")


def made_wrong(reasoning: str) -> str | None:
    """The reasoning whose objects have changed places: each stands where the one before it stood.

    Objects are its numbers and expressions ("3 * 2 = 6"), as they are written; where there are fewer than two different
    ones, its words of two letters and more. `None` where these are not two different ones either.
    """
    for kind in (_EXPRESSION, _WORD):
        objects = list(kind.finditer(reasoning))
        if len({found[0] for found in objects}) > 1:
            return _rotated(reasoning, objects)
    return None


def _rotated(text: str, objects: list[re.Match[str]]) -> str:
    """The text with the last object in the place of the first, and each other one in the place of the next."""
    pieces, end = list[str](), 0
    for place, found in enumerate(objects):
        pieces += [text[end : found.start()], objects[place - 1][0]]
        end = found.end()
    return "".join([*pieces, text[end:]])
