"""Options that a reply judges one by one: "A: true. B: false. C: true."."""

from __future__ import annotations

import re

from promptkit.answers.options.mentions import asks_for_false

_LOOKED_AT = 4000  # characters at the end
_FEW = 2  # options
_RIGHT = (
    r"yes|true|correct|right|valid|richtig|wahr|vraie?|correct[ae]|verdader[ao]|vero|corretto|waar|juist"
    r"|正確|正确|對|对|✅|✓|✔"
)
_WRONG = (
    r"no|false|incorrect|wrong|invalid|untrue|not (?:true|correct|right)|falsch|faux|fausse|fals[ao]|incorrect[ao]"
    r"|sbagliato|onjuist|onwaar|錯誤|错误|不正確|不正确|❌|✗|✘"
)
_JUDGED = re.compile(
    rf"(?<![A-Za-z])\(?\*{{0,2}}(?P<label>[A-J])\)?\*{{0,2}}(?:\s?[:.)-]\s?|\?\s|\s(?:is|ist|est|es|è)\s(?:also\s|clearly\s)?|\s)"
    rf"\*{{0,2}}(?:(?P<wrong>{_WRONG})|(?P<right>{_RIGHT}))(?![a-z])",
    re.IGNORECASE,
)
_ROW = re.compile(
    rf"^\s{{0,4}}\|\s?\*{{0,2}}\(?(?P<label>[A-J])\b[^\n]{{0,200}}"
    rf"\|\s{{0,4}}\*{{0,2}}(?:(?P<wrong>{_WRONG})|(?P<right>{_RIGHT}))[ *]{{0,4}}\|?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_ASKED = re.compile(r"\bNOT\b|\bEXCEPT\b|\b(?:not|except|isn't|doesn't|kein\w*|nicht|n'est pas|no es)\b")
_FALSE_ASKED = re.compile("錯誤|错误|不正確|不正确|有誤|\\bfalsch|\\bfaux|\\bfausse|\\bfals[ao]\\b")


def judged(text: str, question: str) -> str:
    """The label of the only option that `text` judges to be what was asked for, where it judges three or more."""
    verdicts = {one["label"]: one["right"] is not None for one in _JUDGED.finditer(text[-_LOOKED_AT:])}
    rows = {one["label"]: one["right"] is not None for one in _ROW.finditer(text[-_LOOKED_AT:])}
    if len(rows) > _FEW and len(rows) >= len(verdicts):
        return _in_table(rows, question)
    asked = not (asks_for_false(question) or _FALSE_ASKED.search(question[:_LOOKED_AT]))
    found = [label for label, verdict in verdicts.items() if verdict is asked]
    return found[0] if len(verdicts) > _FEW and len(found) == 1 else ""


def _in_table(rows: dict[str, bool], question: str) -> str:
    """The option that a table marks alone: as right, or where it is asked which one is not, as the odd one out."""
    right = [label for label, verdict in rows.items() if verdict]
    wrong = [label for label, verdict in rows.items() if not verdict]
    if len(right) == 1:
        return right[0]
    return wrong[0] if len(wrong) == 1 and _NOT_ASKED.search(question.partition("\n")[0]) else ""
