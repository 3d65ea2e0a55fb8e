"""Read a critic's verdict: whole words, the last one counts, and never a substring ("incorrect" is not "correct")."""

from __future__ import annotations

import re

from promptkit.answers.prose.reply import visible_text

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
_NAMED = re.compile(
    rf"(?<!\w)(?:an?|one|two|three|some|several|many|multiple)\s(?:\w{{1,12}}\s)?{_FAULT}(?!\w)", re.IGNORECASE
)
_OWN = re.compile(
    r"(?<!\w)correct(?:ed)?\s(?:\w{1,12}\s)?(?:answer|result|solution|option|choice|value|number|response|reply)"
    r"\s?(?:is(?!\w)|was(?!\w)|would(?!\w)|should(?!\w)|:|=)",
    re.IGNORECASE,
)  # "the correct answer is 12": an answer of the critic's own
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
_LAST_LINE = re.compile(
    rf"(?:\A|\n)[^\w\n]{{0,8}}(?:(?P<bad>{_NOT_GOOD}|{_WRONG})|(?P<good>correct))[^\w\n]{{0,8}}\Z", re.IGNORECASE
)


def read_verdict(critique: str, *, cut_off: bool = False) -> bool | None:
    """Whether the critic accepts the answer; `None` when that can't be read, or it contradicts itself.

    A stated verdict ("Verdict: correct") decides, the last one if there are several, unless the critique was `cut_off`
    among verdicts that differ; "partially correct" rejects, and "correct or wrong" is no verdict. So does "Correct" or
    "Wrong" alone in the last line. Without one, the last sentence about the answer decides ("the answer is wrong"), but
    one that accepts it does not when a fault is named behind it. Without that, any fault that is named rejects, and "No
    issues found", "nothing is wrong with it" or a bare "Correct" accepts. What the critic only asks is not read, nor is
    "The correct answer is 12", which may be the same or another one.
    """
    text = _ECHO.sub(" ", visible_text(critique[-_LONGEST:]))
    stated = [found["good"] is not None for found in _STATED.finditer(text)]
    if stated:
        return None if cut_off and len(set(stated)) > 1 else stated[-1]
    if alone := _LAST_LINE.search(text.rstrip()):
        return alone["good"] is not None
    text = _OWN.sub(" ", _QUESTION.sub(" ", text))
    return _read_prose(text, _NO_FAULT.sub(" ", text))


def _read_prose(text: str, without_faults: str) -> bool | None:
    """What a critique means that states no verdict: as it is, and without its phrases that deny a fault."""
    about = list(_ABOUT.finditer(without_faults))
    if about and about[-1]["good"] is None:
        return False
    if about:
        behind = without_faults[about[-1].end() :]
        return None if _BAD_WORD.search(behind) or _NAMED.search(behind) else True
    if _BAD_WORD.search(without_faults):
        return False
    return True if without_faults != text or _GOOD_WORD.search(without_faults) else None


def asks_for_verdict(request: str) -> bool:
    """Whether a prompt asks for a verdict, so that a stand-in for the critic can give one."""
    return re.search(_NAME, request, re.IGNORECASE) is not None
