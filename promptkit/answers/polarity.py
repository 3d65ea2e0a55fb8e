"""Whether a sentence without "yes" or "no" still answers a yes/no question."""

from __future__ import annotations

import re

_JUDGES = re.compile(
    r"\b(?:im|un|in)?(?:plausible|true|false|correct|accurate|possible|probable|likely|feasible|permitted|allowed|able)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|cannot|never|no|none|neither|nor|without|lacks?|unlikely|implausible|impossible|improbable|incorrect|false|"
    r"untrue|inaccurate|infeasible|unable|fail(?:s|ed)?|too \w+ to)\b|n't\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:not (?:entirely|necessarily|universally|completely|always|exactly|directly|clear|certain|sure|known|appropriate)|depend\w*|"
    r"maybe|perhaps|might|may|unclear|uncertain|unknown|subjective|while some|some \w+ (?:may|might)|on the other hand|hypothetical\w*|"
    r"difficult|debat\w+|evidence|information|context)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}")


def polarity(sentence: str, question: str) -> bool | None:
    """Whether `sentence` affirms (`True`) or denies (`False`) `question`; `None` where it hedges or speaks of other things.

    It must pass a judgement ("the statement is not plausible") or say the question again ("it could be a piece of
    cake"), and a question that denies something itself is left alone.
    """
    if _HEDGES.search(sentence) or _DENIES.search(question):
        return None
    again = set(_WORD.findall(sentence.lower())) & set(_WORD.findall(question.lower()))
    if not _JUDGES.search(sentence) and len(again) < 2:
        return None
    return len(_DENIES.findall(sentence)) % 2 == 0
