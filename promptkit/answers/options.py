"""The options of a multiple-choice question, read from its text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

_ON_A_LINE = re.compile(
    r"^[ \t]*+(?:[-*] )?(?:\w{1,12} ?\w{0,12}:)?[ \t]*+\(?([A-Z])[).:](?=\s)[ \t]*(.*)", re.MULTILINE
)
_IN_A_LINE = re.compile(r"(?<![A-Za-z0-9])\(?([A-Z])[).:]\s?")
_MARKUP = re.compile(
    r"\\(?:text|math)[a-z]{0,4}\s?(?=\{)|\\(?:boxed|left|right|displaystyle)\b|\\[()\[\],;! ]"
    r"|[\s${}*_`\"'\\]|,(?=\d{3})"
)


def squashed(text: str) -> str:
    """`text` without what two writers of the same option do differently: space, markup, case, the last full stop."""
    return _MARKUP.sub("", text).rstrip(".,;").casefold()


@lru_cache(maxsize=512)
def options(question: str) -> dict[str, str]:
    """The options of `question`: the text of each by its letter. Not to be changed; empty where it lists none.

    Understands one option a line (`A. …`, `(A) …`, `A: …`, `A) …`) and options that follow each other on one line.
    The last list of the question counts.
    """
    found: dict[str, str] = {}
    for letter, text in _ON_A_LINE.findall(question):
        if letter == "A" or letter in found:
            found = {}
        found[letter] = text.strip()
    return found if len(found) > 1 else _in_a_line(question)


def _in_a_line(question: str) -> dict[str, str]:
    """Options that follow each other: only letters in order, from A, are markers."""
    markers: list[tuple[str, int, int]] = []
    for found in _IN_A_LINE.finditer(question):
        if found[1] == "A":
            markers = []
        if found[1] == (chr(ord(markers[-1][0]) + 1) if markers else "A"):
            markers.append((found[1], found.start(), found.end()))
    spans = pairwise([*markers, ("", len(question), len(question))])
    texts = {letter: question[start:end].strip(" \t\r\n,;") for (letter, _, start), (_, end, _) in spans}
    return texts if len(texts) > 1 else {}
