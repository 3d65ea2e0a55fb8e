"""How a reply in prose is searched for its answer: the order of the rules, the same for every kind."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import ClassVar, Final, NamedTuple

from promptkit.answers.announced import CUE, FORMS, PIECE, Announcement, Form, announcements
from promptkit.answers.answer import Answer, AnswerValue
from promptkit.answers.prose import declines


class Candidate(NamedTuple):
    """A piece of text read as an answer."""

    value: AnswerValue
    text: str
    key: str

    def found(self, rule: str, *, explicit: bool) -> Answer | None:
        """The answer that it is, found by `rule`; `None` for `NO_ANSWER`."""
        return None if self is NO_ANSWER else Answer(self.value, self.text, rule, self.key, explicit)


NO_ANSWER: Final = Candidate(None, "", "")  # the reply hedges or declines there, so no answer is looked for elsewhere


class Reader(ABC):
    """Finds one kind of answer in prose. Subclasses define how a piece of text reads as that kind."""

    cue: ClassVar[re.Pattern[str]] = re.compile(CUE)
    forms: ClassVar[tuple[Form, ...]] = FORMS

    @abstractmethod
    def _parse_whole(self, piece: str) -> Candidate | None:
        """`piece` as an answer and nothing else."""

    @abstractmethod
    def _parse_announced(self, piece: str) -> Candidate | None:
        """The answer that `piece`, which follows an announcement, begins with; `NO_ANSWER` where it hedges."""

    @abstractmethod
    def _infer(self, text: str) -> Answer | None:
        """The answer that `text`, which announces none, comes to."""

    @abstractmethod
    def _target(self, target: str) -> str:
        """The key of `target`, which a task's author wrote.

        Raises:
            UsageError: it is not an answer of this kind.
        """

    def check(self, target: str) -> None:
        """Refuse a target that no answer can be.

        Raises:
            UsageError: `target` is not an answer of this kind.
        """
        self._target(target)

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is `target`.

        Raises:
            UsageError: `target` is not an answer of this kind.
        """
        return answer.key == self._target(target)

    def find(self, text: str) -> Answer | None:
        """The last answer that `text` presents as such; without one, the answer it comes to.

        `None` where it has none, hedges between several, or declines to give one.
        """
        text = text.strip()
        line = text[text.rfind("\n") + 1 :]
        if len(line) <= PIECE and (reading := self._parse_whole(line)):
            return reading.found("whole reply" if line == text else "final line", explicit=True)
        for announcement in announcements(text, self.cue, self.forms):
            if reading := self._announced(announcement):
                return reading.found(announcement.form.rule, explicit=True)
        return self._infer(text)

    def _announced(self, announcement: Announcement) -> Candidate | None:
        form, piece = announcement.form, announcement.piece
        if form.alone:
            return self._parse_whole(piece)
        if form.section:
            answer = self._infer(piece)
            return Candidate(answer.value, answer.text, answer.key) if answer else None
        reading = self._parse_announced(piece)
        ends_without = form.firm or (announcement.in_last_line and declines(piece))
        return NO_ANSWER if not reading and ends_without else reading
