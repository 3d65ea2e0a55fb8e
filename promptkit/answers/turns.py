"""What of a text is the reply: a base model that goes on after its answer writes the next question, too."""

from __future__ import annotations

import re
from functools import lru_cache

_HEADED = (
    r"\s{0,8}(?:\#{1,4}\s?)?\*{0,2}(?=[QHUPIEFADVOZВЗ问問题題質문질])(?:Q|Question|Human|User|Problem|Input|Instruction|Exercise|问题|問題|题目|Frage|Aufgabe"
    r"|Pregunta|Problema|Exercice|Problème|Domanda|Pergunta|Vraag|Opgave|Pytanie|Zadanie|Вопрос|Задача|質問|問|문제|질문)"
    r"(?:\s?\d{0,4}\*{0,2}\s?:|\s\d{1,4}\*{0,2}\.(?=\s))"
)
_NEXT = re.compile(rf"\n{_HEADED}")
_ASKS_SO = re.compile(rf"(?:^|\n){_HEADED}")
_ASKED_AGAIN = re.compile(  # a question of several lines, with options or with where its answer stands
    r"\n[ \t]*\n[^\n]{1,300}\?[^\S\n]{0,8}\n(?:[ \t]*(?:\(A\)|A[).:])\s[^\n]{1,200}\n[^\n]{0,8}\(?B[).:]|Answer:)"
)
_MARKER = re.compile(r"<(?:\|(?:im_end|endoftext|eot_id|im_start)\|>|/s>)")

_SAME = 40  # characters by which a question is known again
_LOOKED_AT = 8000  # characters at the end of a question
_FIELD = re.compile(r"^[ \t]*([A-Z][\w ]{1,20}):(?=\s)", re.MULTILINE)


def before_next_question(text: str, question: str = "") -> str:
    """`text` up to where another turn begins: the next question, or one in the form of `question`."""
    lines = "\n" in text
    looked_for = (*((_NEXT, _ASKED_AGAIN) if lines else ()), *((_MARKER,) if "<" in text else ()))
    end = min((found.start() for one in looked_for if (found := one.search(text))), default=len(text))
    if lines:
        for head in _heads(question):
            if 0 < (start := text.find(head)) < end:
                end = start
    return text[:end].rstrip()


def asks_another(rest: str, question: str) -> bool:
    """Whether `rest`, which begins with another turn, goes on as `question` begins, with another question."""
    if not (_ASKS_SO.search(question[-_LOOKED_AT:]) or _heads(question)):
        return False
    asked = _NEXT.sub("", rest, count=1).strip()[:_SAME]
    return not asked or asked not in question


@lru_cache(maxsize=2048)
def _heads(question: str) -> tuple[str, ...]:
    """The lines' beginnings that head the parts of `question`, such as `Review:` in `Review: "Pure energy."`."""
    return tuple(f"\n{name}:" for name in frozenset(_FIELD.findall(question[:8000])) - _OF_REPLIES)


_OF_REPLIES = frozenset(
    ("Answer", "Final Answer", "Final answer", "Choices", "Options", "Note", "Step", "Explanation", "Reason", "Action")
)
