"""Read a critic's verdict: whole words, the last one counts, and never a substring ("incorrect" is not "correct")."""

from __future__ import annotations

import re

from promptkit.answers.reply import visible_text

ACCEPTING = "Verdict: correct"  # the shortest critique that lets an answer stand
REJECTING = "Verdict: wrong"

_GOOD = r"correct|right|ok|okay|pass(?:es|ed)?|accept(?:ed|able)?|fine|good|valid|正確|沒有問題|无误|無誤"
_BAD = r"incorrect|wrong|not|no|fail(?:s|ed)?|reject(?:ed)?|flawed|bad|invalid|mistaken|錯誤|不正確|有誤"
_VERDICT = re.compile(
    rf"(?:verdict|判定|結論)\W{{0,8}}(?:is\s)?\W{{0,4}}(?:(?P<bad>{_BAD})|(?P<good>{_GOOD}))(?!\w)", re.IGNORECASE
)
_WORD = re.compile(
    r"(?<!\w)(?:(?P<bad>(?:not|isn't|never)\s(?:entirely\s|fully\s|quite\s)?correct|incorrect|wrong)|(?P<good>correct))(?!\w)",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\W*+no\s(?:issues?|errors?|mistakes?|problems?|changes?)\W++(?:were\s|was\s)?(?:found|needed)?\W*+",
    re.IGNORECASE,
)  # possessive: blanks are tried once, not in all their partitions


def accepts(critique: str) -> bool:
    """Whether the critic accepts the answer.

    A stated verdict ("Verdict: correct") decides, the last one if there are several. Without one, the last "correct" or
    "wrong" in the text decides. A text that consists of "No issues found" or the like accepts as well. Anything else is
    a finding: a critic that does not accept asks for a revision.
    """
    text = visible_text(critique)
    found = list(_VERDICT.finditer(text)) or list(_WORD.finditer(text))
    if found:
        return found[-1]["good"] is not None
    return _NOTHING.fullmatch(text) is not None
