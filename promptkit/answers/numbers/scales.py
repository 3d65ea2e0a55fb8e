"""Ratings on a scale that a question gives: 7 of "7/10", where it asks for a rating from 1 to 10."""

from __future__ import annotations

import re

_LOOKED_AT = 2000  # characters at each end of a question
_RATES = re.compile(
    r"\b(?:scale|rat(?:e|ing)|score|grade|stars?|skala|bewert\w*|échelle|note[rz]?|escala|califi\w*|scala|voto|valut\w*)\b",
    re.IGNORECASE,
)
_FROM_TO = re.compile(r"\b\d{1,2}(?:\s?(?:-|–|to|and|bis|und|à|et|a|y|ao?)\s?)(\d{1,3})\b")


def rating_of(question: str) -> re.Pattern[str] | None:
    """What a rating looks like that `question` asks for, on a scale whose top it gives, if it does."""
    looked_at = question[:_LOOKED_AT] + "\n" + question[_LOOKED_AT:][-_LOOKED_AT:]
    tops = set(_FROM_TO.findall(looked_at)) if _RATES.search(looked_at) else set()
    if len(tops) != 1:
        return None
    return re.compile(
        rf"(?<![\d/.,])(\d{{1,3}}(?:[.,]\d{{1,3}})?)\s?(?:/|out of|von|sur|de|su)\s?{tops.pop()}\b(?![/.,]\d)"
    )


def rated(text: str, rating: re.Pattern[str]) -> str:
    """The only rating in `text`, if it gives one and no other: 7 of "7/10"."""
    found = set(rating.findall(text))
    return found.pop() if len(found) == 1 else ""


def without_top(text: str, rating: re.Pattern[str] | None) -> str:
    """`text` with ratings alone, without the top of their scale."""
    return rating.sub(r"\1", text) if rating else text
