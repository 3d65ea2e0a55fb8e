"""What of a text is the reply: a base model that goes on after its answer writes the next question, too."""

from __future__ import annotations

import re
from functools import lru_cache

_HEADED = (
    r"\s{0,8}(?:\#{1,4}\s?)?\*{0,2}(?=[QHUPIEFADVOZВЗ问問题題質문질])(?:Q|Question|Human|User|Problem|Input|Instruction|Exercise|问题|問題|题目|Frage|Aufgabe"
    r"|Pregunta|Problema|Exercice|Problème|Domanda|Pergunta|Vraag|Opgave|Pytanie|Zadanie|Вопрос|Задача|質問|問|문제|질문)"
    r"(?:\s?\d{0,4}\*{0,2}\s?:|\s\d{1,4}\*{0,2}\.(?=\s))"
)
_NEXT = re.compile(rf"\n(?=[\s#*QHUPIEFADVOZВЗ问問题題質문질]){_HEADED}")
_ASKS_SO = re.compile(rf"(?:^|\n){_HEADED}")
_ASKS_AND_GOES_ON = re.compile(  # a question with options below it, or with where its answer stands
    r"\?[^\S\n]{0,8}\n(?:[ \t]*(?:\(A\)|A[).:])\s[^\n]{1,200}\n[^\n]{0,8}\(?B[).:]|Answer:)"
)
_MARKER = re.compile(r"<(?:\|(?:im_end|endoftext|eot_id|im_start)\|>|/s>)")

_SAME = 40  # characters by which a question is known again
_LOOKED_AT = 8000  # characters at either end of a question
_LONGEST = 301  # characters of a question's last line
_HEADING = re.compile(r"(?!\W*(?i:answer))[^\n:]{1,40}:[*_]{0,2}\s*\n(?=\S)")
_FIELD = re.compile(r"^[ \t]*([A-Z][\w ]{1,20}):(?=\s)", re.MULTILINE)


def before_next_question(text: str, question: str = "") -> str:
    """`text` up to where another turn begins: the next question, or one in the form of `question`."""
    ends = [found.start()] if "<" in text and (found := _MARKER.search(text)) else []
    if "\n" in text and not ((headed := _headed(question)) and _recalls(text, headed)):
        if found := _NEXT.search(text):
            ends.append(found.start())
        if "?" in text and (start := _asked_again(text)):
            ends.append(start)
        if headed and (found := headed.search(text, 1)):
            ends.append(found.start())
    return text[: min(ends)].rstrip() if ends else text.rstrip()


def _asked_again(text: str) -> int:
    """Where a paragraph of `text` begins that asks for one of several options; 0 where none does."""
    for found in _ASKS_AND_GOES_ON.finditer(text):
        line = text.rfind("\n", 0, found.start())
        before = text.rfind("\n", 0, max(0, line))
        if 1 < found.start() - line <= _LONGEST and before >= 0 and not text[before:line].strip():
            return before
    return 0


def _recalls(text: str, headed: re.Pattern[str]) -> bool:
    """Whether `text` opens with a heading, and the question's parts again below it: it has not answered before them."""
    found = _HEADING.match(text)
    return bool(found and headed.match(text, found.end() - 1))


def asks_another(rest: str, question: str, *, answered: bool) -> bool:
    """Whether `rest`, which begins with another turn, goes on as `question` begins, with another question.

    A line that only begins like a part of the question ("Line 1:") is another turn where the reply has `answered`.
    """
    in_turns = _ASKS_SO.search(question[-_LOOKED_AT:])
    if not ((in_turns and _NEXT.match(rest)) or (answered and (in_turns or _headed(question)))):
        return False
    asked = _NEXT.sub("", rest, count=1).strip()[:_SAME]
    return not asked or asked not in question


@lru_cache(maxsize=2048)
def _headed(question: str) -> re.Pattern[str] | None:
    """The lines' beginnings that head the parts of `question`, such as `Review:` in `Review: "Pure energy."`."""
    names = frozenset(_FIELD.findall(question[:_LOOKED_AT])) - _OF_REPLIES
    return _lines_of(names) if names else None


@lru_cache(maxsize=256)
def _lines_of(names: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\n(?:{'|'.join(sorted(names))}):")


_OF_REPLIES = frozenset(
    ("Answer", "Final Answer", "Final answer", "Choices", "Options", "Note", "Step", "Explanation", "Reason", "Action")
)
