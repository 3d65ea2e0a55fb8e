"""Where a reply takes back what it wrote."""

from __future__ import annotations

import re

import promptkit.answers.words.cues as cues
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.phrases import one_of

_LOOKED_AT = 3000  # characters

_ENGLISH = one_of(cues.CORRECTS).replace(" ", r"\s{1,3}")
_OTHERS = one_of(word.replace(" ", r"\s{1,3}") for language in LANGUAGES for word in language.corrects)
_AT_ONCE = r"(?:no,?\s{1,3}wait|i\s{1,3}mean|make\s{1,3}that|correction|scratch\s{1,3}that|or\s{1,3}rather)"
_CORRECTS = re.compile(  # in lower case
    rf"[.!?\n…)*—-][\s*_(\"']{{0,6}}(?:(?:but|and|oh|hmm|ah),?\s{{1,3}})?(?:{_ENGLISH}(?!\w)"
    rf"|{_OTHERS})|,\s{{1,3}}{_AT_ONCE}(?!\w)"
    r"|[\d\w*](?:…|\.\.\.|\s?[—-])\s{1,3}no[,:]\s{1,3}(?=[-$€£]?\d|it(?:'s|\sis)\s|that's\s)"
)
_WRONG = re.compile(
    r"\b(?:not\s(?:right|correct|what)|wrong|incorrect|mistake\w*|error|mis\w+|correct(?:ion|ed|ing)?"
    r"|no longer|scratch|instead)\b|不對|不对|錯|错",
    re.IGNORECASE,
)

_IS_WRONG = re.compile(
    r"(?:'s|\sis|\swas|\swere)?\s(?:all\s|completely\s)?(?:wrong|incorrect|not\s(?:right|correct)|an?\s(?:mistake|error))"
    r"\s*[:.;,!-]+\s*(?:(?:in\sfact|actually),?\s)?",
    re.IGNORECASE,
)


def correction(text: str, start: int) -> tuple[str, str]:
    """What stands in `text` after `start` from where it begins to correct itself, with those words and without."""
    found = _CORRECTS.search("\n" + text[start : start + _LOOKED_AT].lower())
    if not found:
        return "", ""
    begin, end = start + found.start() - 1, start + found.end() - 1
    if wrong := _IS_WRONG.match(text, end):
        end = wrong.end()
    return text[max(start, begin) :].lstrip(" .!?…\n"), text[end:].lstrip(" ,:;.!?*—-\n")


def withdraws(text: str) -> bool:
    """Whether a correction states that what stood before it was wrong."""
    return bool(_WRONG.search(text[:400]))
