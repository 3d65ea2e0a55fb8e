"""Short texts (names, titles, terms), compared without what two writers of the same thing do differently."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from promptkit.answers.announced import PIECE
from promptkit.answers.answer import Answer
from promptkit.answers.prose import declines, first_sentence, strip_markup
from promptkit.answers.reader import Candidate, Reader
from promptkit.errors import UsageError

_LONGEST = 20  # words; a longer line is an explanation, not a short text

_ACCENT = re.compile("[\u0300-\u036f]")
_PUNCTUATION = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|,(?=\d{3})|[;:!?'\"()\[\]{}<>*_`…。]")
_SPACE = re.compile(r"\s+|/|(?<=\w)-(?=\w)|-(?!\d)")
_ARTICLE = re.compile(r"\b(?:a|an|the)\s+")
_INITIALS = re.compile(r"\b([a-z]) (?=[a-z]\b)")
_PARENTHESIS = re.compile(r"\s*\([^()]{0,80}\)\W*$")
_COMPANY = re.compile(
    r",?\s(?:s\.?\s?a|inc|ltd|llc|plc|corp|co|company|corporation|limited|gmbh|ag|n\.?\s?v)\.?$", re.IGNORECASE
)
_PLACE = re.compile(r"(?<=\w)(?:,\s|\sin\s(?=[A-Z])).{1,80}$")


def _key(text: str) -> str:
    """`text` without accents, case, articles, punctuation that is not part of a number, and space between initials."""
    plain = unicodedata.normalize("NFC", _ACCENT.sub("", unicodedata.normalize("NFD", text))).casefold()
    words = " ".join(_SPACE.sub(" ", _PUNCTUATION.sub("", plain.replace("&", " and "))).split())
    return _INITIALS.sub(r"\1", _ARTICLE.sub("", words)) or "".join(plain.split())


def _shorter(text: str, question: str) -> set[str]:
    """The keys of `text` without an addition at its end: a parenthesis, a company's form, a place."""
    cut = {end.sub("", text) for end in (_PARENTHESIS, _COMPANY, _PLACE)}
    keys = {_key(part) for part in cut if part and part != text}
    head, _, tail = _key(text).rpartition(" ")
    if head and re.search(rf"\b(?:in|at|of|from|near) {re.escape(tail)}\b", _key(question)):
        keys.add(head)
    return keys


@dataclass(frozen=True)
class TextReader(Reader):
    """Finds a short text: one that is announced, or a short reply.

    Attributes:
        question: what was asked; a place named in it need not be named again by an answer.
    """

    question: str = ""

    def _parse_whole(self, piece: str) -> None:
        """Nothing: the form of a line does not show that it is an answer."""

    def _parse_announced(self, piece: str) -> Candidate | None:
        return None if declines(piece) else self._reading(first_sentence(piece))

    def _infer(self, text: str) -> Answer | None:
        line = text.strip()
        if "\n" in line or len(line) > PIECE or len(line.split()) > _LONGEST or declines(line):
            return None
        reading = self._reading(line)
        return reading.found("whole reply", explicit=True) if reading else None

    def _target(self, target: str) -> str:
        key = _key(target)
        if not key:
            raise UsageError("the target is empty; write the text of a correct answer")
        return key

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target`, or one is the other with an addition, as `Vivendi` and `Vivendi S.A.` are."""
        given, key = str(answer.value), self._target(target)
        return (
            answer.key == key or key in _shorter(given, self.question) or answer.key in _shorter(target, self.question)
        )

    def _reading(self, piece: str) -> Candidate | None:
        text = strip_markup(piece)
        key = _key(text)
        return Candidate(text, piece.strip(), key) if key else None
