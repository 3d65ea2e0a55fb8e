"""Read a critic's verdict: whole words, the last one said, and never a substring ("incorrect" is not "correct")."""

from __future__ import annotations

import re

from promptkit.answers.reply import visible_text

ACCEPTING = "Verdict: correct"  # the shortest critique that lets an answer stand
REJECTING = "Verdict: wrong"

_GOOD = r"correct|right|ok|okay|pass(?:es|ed)?|accept(?:ed|able)?|fine|good|valid|正確|沒有問題|无误|無誤"
_BAD = r"incorrect|wrong|not|no|fail(?:s|ed)?|reject(?:ed)?|flawed|bad|invalid|mistaken|錯誤|不正確|有誤"
_STATED = re.compile(
    rf"(?:verdict|判定|結論)\W{{0,8}}(?:is\s)?\W{{0,4}}(?:(?P<bad>{_BAD})|(?P<good>{_GOOD}))(?!\w)", re.IGNORECASE
)
_SAID = re.compile(
    r"(?<!\w)(?:(?P<bad>(?:not|isn't|never)\s(?:entirely\s|fully\s|quite\s)?correct|incorrect|wrong)|(?P<good>correct))(?!\w)",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\W*no\s(?:issues?|errors?|mistakes?|problems?|changes?)\W+(?:were\s|was\s)?(?:found|needed)?\W*", re.IGNORECASE
)


def accepts(critique: str) -> bool:
    """Whether the critic accepts the answer.

    A stated verdict ("Verdict: correct") decides, the last one where there are several. Without one the last
    "correct" or "wrong" in the text does, or a text that says no more than that nothing was found. Anything else
    counts as a finding: a critic that does not accept asks for a revision.
    """
    text = visible_text(critique)
    said = list(_STATED.finditer(text)) or list(_SAID.finditer(text))
    if said:
        return said[-1]["good"] is not None
    return _NOTHING.fullmatch(text) is not None
