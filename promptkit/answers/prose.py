"""How a reply in prose is searched for its answer: the order of the rules, the same for every kind."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple

from promptkit.answers.announced import CUE, FORMS, PIECE, Announcement, Form, announcements
from promptkit.answers.answer import Answer, AnswerValue


class Reading(NamedTuple):
    """A piece of text read as an answer."""

    value: AnswerValue
    text: str
    key: str


NO_ANSWER = Reading(None, "", "")  # the piece says that there is no single answer, so none is looked for elsewhere

_DECLINES = (
    r"(?:not (?:\w+ly )?(?:known|clear|certain|sure|listed|available|given|provided|specified|stated|defined|possible|determin\w+|enough|"
    r"among|present|in the|one of|any of|explicitly|directly|applicable|relevant|sufficient|universal\w*|definitive)"
    r"|(?:un(?:known|clear|certain|determin\w+|defined|decidable|answerable|available|specified|sure)|indeterminate|inconclusive|"
    r"insufficient|ambiguous|subjective|debatable|maybe|perhaps|n/a|none(?! the less)|neither|not applicable|impossible to|difficult to|"
    r"no (?:single|definitive|definite|clear|correct|answer|solution|valid|such|possible|information|way)|depend(?:s|ent)|varies)\b"
    r"|(?:can ?not|could not|can't|couldn't|unable to|impossible to|difficult to) (?:be )?(?:\w+ly )?"
    r"(?:determin|answer|know|say|tell|comput|calculat|identif|infer|establish|confirm|solv|provide|accurately|find)\w*"
    r"|not enough|insufficient|(?:error|mistake|typo|flaw)s? in|contradict\w*|inconsistent|(?:does not|doesn't) make sense|please \w+"
    r"|無法|无法|不能確定|不能确定|不確定|不确定|未知|不明)"
)
_STARTS_DECLINING = re.compile(
    rf"\W{{0,4}}(?:(?:that|it|this|we|I|is|are|still|currently|therefore)\s){{0,3}}{_DECLINES}", re.IGNORECASE
)
_DECLINING = re.compile(rf"(?<!\w){_DECLINES}", re.IGNORECASE)
_SENTENCE_END = re.compile(
    r"(?<![\s.][A-Z])(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bvs)(?<!\bMrs)(?<!\be\.g)[.!?。！？][)\"'*\]]{0,4}(?:\s+|(?<=。)|$)|\n+"
)
_WRAPPED = re.compile(r"\\(?:(?:text|math)[a-z]{0,4}|boxed)\s?\{([^{}]{0,400})\}")
_MARKUP = re.compile(r"\\(?:displaystyle|left|right)\b|\\[()\[\],;!: ]|\*\*|__|`")


def declines(piece: str) -> bool:
    """Whether `piece` begins by saying that there is no answer, or none that can be known."""
    return bool(_STARTS_DECLINING.match(piece))


def bare(piece: str) -> str:
    """`piece` without markup, quotes around it, and punctuation after it."""
    if "\\" in piece:
        piece = _WRAPPED.sub(r"\1", piece)
    return _MARKUP.sub("", piece).strip(" \t\r\n*_$\"'").rstrip(".,;:!。 \"'*_$")


def sentences(text: str) -> list[str]:
    """The last sentences of `text` that are not empty, in order; only its last thousand characters are looked at."""
    return [part for sentence in _SENTENCE_END.split(text[-1000:]) if (part := sentence.strip())]


def first_sentence(piece: str) -> str:
    """`piece` up to its first sentence end."""
    return _SENTENCE_END.split(piece.lstrip(), maxsplit=1)[0]


class ProseReader(ABC):
    """Finds one kind of answer in prose. Subclasses say how a piece of text reads as that kind."""

    cue: ClassVar[re.Pattern[str]] = re.compile(CUE)
    forms: ClassVar[tuple[Form, ...]] = FORMS

    @abstractmethod
    def alone(self, piece: str) -> Reading | None:
        """`piece` read as an answer and nothing else."""

    @abstractmethod
    def stated(self, piece: str) -> Reading | None:
        """The answer in what follows an announcement; `NO_ANSWER` where it hedges, `None` where nothing can be read."""

    @abstractmethod
    def target(self, target: str) -> str:
        """The key of the answer `target`. A target is written by a task's author, so it is read strictly."""

    def opening(self, text: str) -> tuple[str, Reading] | None:
        """The answer that `text` opens with, before it goes on to explain it."""
        return None

    def implied(self, last: str, text: str) -> tuple[str, Reading] | None:
        """The answer that `text`, with the last sentence `last`, comes to without presenting it as such."""
        return None

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target`."""
        return answer.key == self.target(target)

    def find(self, text: str, *, strict: bool) -> Answer | None:
        """The last explicit answer of `text`; without one and unless `strict`, the answer it comes to."""
        explicit = self._explicit(text)
        found = explicit or (None if strict else self._implied(text))
        if not found or found[1] is NO_ANSWER:
            return None
        how, reading = found
        return Answer(reading.value, reading.text, how, reading.key, explicit is not None)

    def _explicit(self, text: str) -> tuple[str, Reading] | None:
        text = text.strip()
        line = text[text.rfind("\n") + 1 :]
        if len(line) <= PIECE and (reading := self.alone(line)):
            return ("whole reply" if line == text else "final line", reading)
        for found in announcements(text, self.cue, self.forms):
            reading = self._read(found)
            if not reading and not found.bare and (found.firm or (found.last and declines(found.piece))):
                reading = NO_ANSWER
            if reading:
                return found.how, reading
        return self.opening(text)

    def _read(self, found: Announcement) -> Reading | None:
        if found.section:
            concluded = self.opening(found.piece) or self._implied(found.piece)
            return concluded[1] if concluded else None
        return self.alone(found.piece) if found.bare else self.stated(found.piece)

    def _implied(self, text: str) -> tuple[str, Reading] | None:
        last = next(reversed(sentences(text)), "")
        return None if _DECLINING.search(last) else self.implied(last, text)
