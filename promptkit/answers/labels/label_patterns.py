"""Patterns that find labels in a sentence: as whole words, with what denies them, at the beginning, and joined."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_NOT = (
    r"(?:\b(?:not|rather than|instead of|unlike|as opposed to|nor|neither|never|than)\s+(?:(?:\w+ly|a"
    r"|an|the|be|being)\s+){0,2}[*\"'_(]{0,3}"
    r"|\bnothing\s(?:\w+\s)?(?:makes|renders)\s(?:it|this|that|him|her|them)\s(?:an?\s)?"
    r"|\bno\s(?:real\s|direct\s|clear\s|actual\s|obvious\s)?"
    r"|\b(?:no|any|without|little)\s(?:\w+\s)?(?:signs?|evidence|indications?|traces?|hints?|suggestion)\sof\s(?:being\s)?"
    r"|n't\s+(?:(?:be|an?|the|\w+ly)\s+){0,2}[*\"'_(]{0,3}|(?:没有|沒有|毫无|并非|不是)(?:任何|什么)?\s?|[不非未無无沒没]\s?)"
)
_NOT_A_DETERMINER = r"(?!\s+(?!because|since|as|but|for|it|they|he|she|we|you|this|that)[a-z])"  # "no evidence"
_NOT_SUPPOSED = r"(?!\s+(?:would|might|could|can|may)\b)"
_NOR_ITS_NOUN = r"(?!\s+(?!he\b|she\b|it\b|they\b|you\b|we\b|i\b|this\b|that\b)[a-z]+\s+(?:would|might|could)\b)"
_CJK = re.compile("[\u3040-\u9fff]")
_UNSPACED = re.compile("[\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_JOINED = r"(?:or|and|或|和|和/或|and/or)?\W{0,4}"
_BEFORE = r"""[\s*_`"'$(\[{:>#✅❌-]*+"""
_AFTER = r"""[*"')\]}_`]{0,4}\s*(?:[.,:;!\n\U0001f300-\U0001faff\u2600-\u27bf—-]|$)"""


class LabelPatterns(NamedTuple):
    """The patterns of some labels."""

    word: re.Pattern[str]
    opening: re.Pattern[str]
    joined: re.Pattern[str]
    stated: re.Pattern[str]
    about: re.Pattern[str]
    supposed: re.Pattern[str]


def _word(label: str) -> str:
    """`label` where it is meant as one: "no" determines nothing, "yes" is not what would be, 是 is no verb."""
    if label.lower() == "no":
        return re.escape(label) + _NOT_A_DETERMINER + _NOT_SUPPOSED
    if len(label) == 1 and _CJK.match(label):
        return rf"(?<![\u3040-\u9fff]){label}(?![\u3040-\u9fff])"
    return re.escape(label) + _NOT_SUPPOSED + (_NOR_ITS_NOUN if label.lower() != "yes" else "")


@lru_cache(maxsize=64)
def label_patterns(labels: tuple[str, ...]) -> LabelPatterns:
    """A label as a whole word, with its negation; one that opens a text and stands by itself; two joined in a row."""
    names = sorted(labels, key=len, reverse=True)
    words = "|".join(_word(name) for name in names)
    begins = "" if any(map(_UNSPACED.search, labels)) else r"(?<!\w)"  # да is not in жажда
    label = rf"{begins}(?<![a-z0-9_-])(?P<label>{words})(?![a-z0-9]|-[a-z]|_[a-z])"
    supposed = (
        rf"\b(?:an?|any|the)\s(?:\w+\s){{0,2}}[\"'*]{{0,2}}(?:{words})[\"'*]{{0,2}}\s\w+\s(?:\w+\s)?(?:would|might|could)\b"
        rf"|^\W*(?:if|for|to\sbe)\b[^.]{{0,80}}(?<![a-z])(?:{words})\b[^.]{{0,60}}\b(?:would|might|could|may)\b"
        rf"|^\W*if\b[^.]{{0,80}}\b(?:would|might|could|may|want)\b"
        rf"|\b(?:not?|nothing|n't|without)\b[^.,;]{{0,80}}\bwould\s(?:make|render|turn|let)\s(?:\w+\s){{1,3}}[\"'*]{{0,2}}(?:{words})\b(?!.{{0,80}},\sso\b)"
    )
    return LabelPatterns(
        re.compile(rf"(?P<negated>{_NOT})?{label}", re.IGNORECASE),
        re.compile(rf"{_BEFORE}{label}(?={_AFTER})", re.IGNORECASE),
        re.compile(rf"(?<![a-z0-9_-])(?:{words})[^\w:—]{{1,4}}{_JOINED}(?:{words})(?![a-z0-9_])", re.IGNORECASE),
        re.compile(
            rf"(?:\b(?:makes?\s(?:\w+\s){{1,3}}?|(?:tone|sentiment|label|verdict|class|overall)|is|are|was|be|as|seems|remains|say|with|it|choose|pick|select|towards?|ist|sind|est|es|è|é|jest|:)|:)"
            rf"\s(?:(?:therefore|thus|hence)\s)?(?:(?:one|a\scase|an\sexample)\sof\s)?(?:\w+ly\s|a\s|an\s"
            rf"|the\s){{0,2}}[*\"'_`]{{0,3}}(?P<label>{words})[*\"'_`]{{0,3}}(?:[.,;!]|\s?[:—]|\s-|\s(?:because|since|as|on|here"
            rf"|overall|despite|although|though"
            rf"|in)\b|$)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<![a-z0-9_-])(?:{words})\s(?:that|to say)\b.*(?<![a-z0-9_-])(?:{words})(?![a-z0-9_])", re.IGNORECASE
        ),
        re.compile(supposed, re.IGNORECASE),
    )
