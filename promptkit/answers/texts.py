"""Short texts (names, titles, terms), compared without what two writers of the same thing do differently."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from promptkit.answers.announced import PIECE
from promptkit.answers.answer import Answer
from promptkit.answers.prose import ProseReader, Reading, bare, declines, first_sentence

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
    return _INITIALS.sub(r"\1", _ARTICLE.sub("", words + " ").strip()) or "".join(plain.split())


def _shorter(text: str, question: str) -> set[str]:
    """The keys of `text` without an addition at its end: a parenthesis, a company's form, a place."""
    cut = {part for end in (_PARENTHESIS, _COMPANY, _PLACE) if (part := end.sub("", text)) and part != text}
    keys = {_key(part) for part in cut}
    head, _, tail = _key(text).rpartition(" ")
    if head and re.search(rf"\b(?:in|at|of|from|near) {re.escape(tail)}\b", _key(question)):
        keys.add(head)
    return keys


@dataclass(frozen=True)
class TextReader(ProseReader):
    """Finds a short text. As there is no telling by its form, it must be announced or be short and stand alone.

    Attributes:
        question: what was asked; a place named in it need not be named again by an answer.
    """

    question: str = ""

    def alone(self, piece: str) -> Reading | None:
        return None

    def stated(self, piece: str) -> Reading | None:
        return None if declines(piece) else self._reading(first_sentence(piece))

    def opening(self, text: str) -> tuple[str, Reading] | None:
        line = text.strip()
        reading = None if "\n" in line or declines(line) else self._short(line)
        return ("whole reply", reading) if reading else None

    def implied(self, last: str, text: str) -> tuple[str, Reading] | None:
        reading = self._short(last)
        return ("last sentence", reading) if reading else None

    def target(self, target: str) -> str:
        return _key(target)

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target`, or one of them is the other with an addition: `Vivendi` and `Vivendi S.A.`."""
        said, key = str(answer.value), _key(target)
        return (
            answer.key == key or key in _shorter(said, self.question) or answer.key in _shorter(target, self.question)
        )

    def _short(self, line: str) -> Reading | None:
        return self._reading(line) if len(line) <= PIECE and len(line.split()) <= _LONGEST else None

    def _reading(self, piece: str) -> Reading | None:
        text = bare(piece)
        key = _key(text)
        return Reading(text, piece.strip(), key) if key else None
