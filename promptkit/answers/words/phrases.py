"""Patterns of words and phrases, and the last words of a text looked up in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def phrase(pattern: str) -> re.Pattern[str]:
    """`pattern` with any white space for a blank, in any case."""
    return re.compile(_spaced(pattern), re.IGNORECASE)


def lower_phrase(pattern: str) -> re.Pattern[str]:
    """The same for a text in lower case, in which it is found several times as fast."""
    return re.compile(_spaced(pattern))


def one_of(patterns: Iterable[str]) -> str:
    """A pattern that matches any of `patterns`, the longest first."""
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"


def by_first_letter(words: Iterable[str]) -> str:
    """The same where each begins with a letter: most places of a text are passed over after one look."""
    rests: dict[str, list[str]] = {}
    for word in dict.fromkeys(words):
        rests.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())


def _spaced(pattern: str) -> str:
    return pattern.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}")


class LastWords:
    """Whether a text ends with one of some phrases, words of a second list between it and the end left out."""

    def __init__(self, phrases: Iterable[str], skipped: Iterable[str] = (), *, longest: int = 3) -> None:
        self._phrase, self._skipped, self._longest = re.compile(one_of(phrases)), re.compile(one_of(skipped)), longest
        self._is_phrase = lru_cache(maxsize=4096)(lambda words: bool(self._phrase.fullmatch(words)))
        self._is_skipped = lru_cache(maxsize=4096)(lambda words: bool(self._skipped.fullmatch(words)))

    def end(self, words: list[str]) -> bool:
        """Whether `words`, in lower case, end so."""
        end = len(words)
        while end:
            if any(self._is_phrase(" ".join(words[max(0, end - n) : end])) for n in range(1, self._longest + 1)):
                return True
            skipped = next((n for n in (1, 2, 3) if n <= end and self._is_skipped(" ".join(words[end - n : end]))), 0)
            if not skipped:
                return False
            end -= skipped
        return False
