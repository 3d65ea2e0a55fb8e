"""Read a critic's verdict: whole words, the last one counts, and never a substring ("incorrect" is not "correct")."""

from __future__ import annotations

import re

from promptkit.answers.reply import visible_text

ACCEPTING = "Verdict: correct"  # the shortest critique that lets an answer stand
REJECTING = "Verdict: wrong"
_LONGEST = 20_000  # characters from the end of a critique that are read; a verdict is at its end

_NAME = r"(?:verdict|判定|結論|结论)"
_GOOD = (
    r"(?:correct|right|ok|okay|pass(?:es|ed)?|accept(?:ed|able)?|fine|good|valid|accurate|正確|正确|沒有問題|无误|無誤)"
)
_BAD = (
    r"(?:incorrect|inaccurate|wrong|not|no|false|fail(?:s|ed)?|reject(?:ed)?|flawed|bad|invalid|mistaken"
    r"|錯誤|错误|不正確|不正确|有誤|有误)"
)
_PARTLY = r"(?:partially|partly|mostly|largely|nearly|almost|somewhat|half|in\spart)"
_LEAD = rf"{_NAME}\W{{0,8}}(?:is\s|that\s|the\sanswer\sis\s)?\W{{0,4}}"

_ECHO = re.compile(
    rf"{_LEAD}\w{{1,12}}(?!\w)[^\w\n]{{0,4}}(?:(?:or|and)(?!\w)|[/|])[^\w\n]{{0,4}}(?:{_LEAD})?\w{{1,12}}(?!\w)",
    re.IGNORECASE,
)  # of what was asked for, in one line
_STATED = re.compile(
    rf"{_LEAD}(?:(?P<bad>{_PARTLY}\s{{1,4}}(?:{_GOOD}|{_BAD})|{_BAD})|(?P<good>{_GOOD}))(?!\w)", re.IGNORECASE
)

_QUESTION = re.compile(r"(?<![^.!?\n])[^.!?\n]{1,300}\?")  # what the critic only asks
_FAULT = r"(?:issue|error|mistake|problem|fault|flaw)s?"
_NOT = r"(?:(?<!\w)(?:not|never)|(?<=\w)n't)"
_NO_FAULT = re.compile(
    rf"(?:(?<!\w)nothing\s(?:\w{{1,10}}\s){{0,2}}?(?:wrong|incorrect|amiss)"
    rf"|(?:(?<!\w)(?:no|without(?:\sany)?|free\sof)|{_NOT}\s(?:\w{{1,10}}\s){{0,2}}?any)\s(?:\w{{1,12}}\s){{0,2}}?{_FAULT}"
    rf"|{_NOT}\s(?:\w{{1,10}}\s)?(?:anything\s)?(?:wrong|incorrect))(?!\w)",
    re.IGNORECASE,
)
_SUBJECT = r"(?:answer|result|solution|reply|response|it|this|that)"
_IS = r"(?:is|was|looks|seems|appears)"
_NOT_GOOD = rf"(?:(?:not|n't|never)\s(?:\w{{1,10}}\s)?correct|{_PARTLY}\scorrect)"
_WRONG = r"(?:incorrect|wrong|inaccurate|mistaken|flawed)"
_ABOUT = re.compile(
    rf"(?<!\w){_SUBJECT}(?:\s\S{{1,20}}){{0,2}}?\s?(?:{_IS}\s?)(?:(?:indeed|also|therefore|thus|now|to\sbe)\s)?"
    rf"(?:(?P<bad>{_NOT_GOOD}|(?:\w{{1,10}}\s)?{_WRONG})|(?P<good>(?:\w{{1,10}}\s)?correct))(?!\w)",
    re.IGNORECASE,
)
_BAD_WORD = re.compile(rf"(?<!\w)(?:{_NOT_GOOD}|{_WRONG})(?!\w)", re.IGNORECASE)
_GOOD_WORD = re.compile(r"(?<!\w)correct(?!\w)", re.IGNORECASE)


def read_verdict(critique: str) -> bool | None:
    """Whether the critic accepts the answer; `None` when that can't be read.

    A stated verdict ("Verdict: correct") decides, the last one if there are several; "partially correct" rejects, and
    "correct or wrong" is no verdict. Without one, the last sentence about the answer decides ("the answer is wrong").
    Without that, any fault that is named rejects, and "No issues found", "nothing is wrong with it" or a bare "Correct"
    accepts. What the critic only asks is not read.
    """
    text = _ECHO.sub(" ", visible_text(critique[-_LONGEST:]))
    stated = list(_STATED.finditer(text))
    if stated:
        return stated[-1]["good"] is not None
    text = _QUESTION.sub(" ", text)
    without_faults = _NO_FAULT.sub(" ", text)
    about = list(_ABOUT.finditer(without_faults))
    if about:
        return about[-1]["good"] is not None
    if _BAD_WORD.search(without_faults):
        return False
    return True if without_faults != text or _GOOD_WORD.search(without_faults) else None


def asks_for_verdict(request: str) -> bool:
    """Whether a prompt asks for a verdict, so that a stand-in for the critic can give one."""
    return re.search(_NAME, request, re.IGNORECASE) is not None
