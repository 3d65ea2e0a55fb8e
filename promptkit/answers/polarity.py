"""Whether a sentence without "yes" or "no" still answers a yes/no question."""

from __future__ import annotations

import re

_JUDGES = re.compile(
    r"\b(?:im|un|in)?(?:plausible|true|false|correct|accurate|possible|probable|likely|feasible|permitted|allowed|able)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|cannot|never|no|none|neither|nor|without|lacks?|unlikely|implausible|impossible|improbable|incorrect|false|"
    r"untrue|inaccurate|infeasible|unable|fail(?:s|ed)?)\b|n't\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:not (?:entirely|necessarily|universally|completely|always|exactly|directly|clear|certain|sure|appropriate)|"
    r"depend\w*|maybe|perhaps|might|may|unclear|uncertain|unknown|subjective|partial\w*|some|hypothetical\w*|difficult|"
    r"debat\w+|evidence|information|context|opinions?|language model|(?<!not )possible (?:that|to|for)|also|if|consult"
    r")\b",
    re.IGNORECASE,
)
_CONCLUDES = re.compile(r"(?:so|therefore|thus|hence|in conclusion|overall)\b", re.IGNORECASE)
_RESULT = re.compile(r".*(?:,| and) (?:so|therefore|thus|hence)\b,?", re.IGNORECASE)
_REASON = re.compile(r",? (?:as|because|since|which|unless|although|though|but|due to|given)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{4,}")


def polarity(sentence: str, question: str) -> bool | None:
    """Whether `sentence` affirms (`True`) or denies (`False`) `question`; `None` where it hedges or is off the point.

    Only its main clause counts. That must pass a judgement ("the statement is not plausible") or repeat the question
    ("So it could be a piece of cake"); a question that denies something itself is left alone.
    """
    if _HEDGES.search(sentence) or _DENIES.search(question):
        return None
    concludes = _CONCLUDES.match(sentence) or _RESULT.match(sentence)
    clause = _REASON.split(_RESULT.sub("", sentence), maxsplit=1)[0]
    asked = set(_WORD.findall(question.lower()))
    again = asked.intersection(_WORD.findall(clause.lower()))
    if not _JUDGES.search(clause) and len(again) < (2 if concludes else max(2, len(asked) / 2)):
        return None
    return len(_DENIES.findall(clause)) % 2 == 0
