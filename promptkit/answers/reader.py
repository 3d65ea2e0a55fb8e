"""How a reply in prose is searched for its answer: the order of the reasons, the same for every kind."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Final, NamedTuple

import promptkit.answers.words.cues as cues
from promptkit.answers.answer import Answer, AnswerValue
from promptkit.answers.prose.announced import ANY_CUES, CUES, FORMS, PIECE, Announcement, Form, announcements
from promptkit.answers.prose.asides import has_asides, without_asides, without_mentions, without_suppositions
from promptkit.answers.prose.corrections import correction, withdraws
from promptkit.answers.prose.sentences import (
    breaks_off,
    concludes,
    declines,
    explains,
    first_sentence,
    last_sentences,
    refuses,
    without_closing,
)
from promptkit.answers.prose.turns import asks_another, before_next_question
from promptkit.answers.words.marks import is_english
from promptkit.answers.words.phrases import by_first_letter, lower_phrase, one_of

_OBJECT = re.compile(r"(\{[^{}]{1,700}\})\s{0,4}(?:```)?$")
_BOLD = re.compile(r"\*\*([^*\n]{1,80})\*\*")
_LOOKED_AT = 6000
_TAIL = 1000  # characters at the end in which a refusal counts
_END = 200  # characters of a long last line that may decide
_SHORT = 30  # characters; a shorter text may be an answer that stands in its question
_FORMER_WORDS = lower_phrase(rf"\b{one_of(cues.FORMER)}\b")
_CLAUSE_END = re.compile(r"[.!?;:\n]|,\s(?:while|but|and|so)\b")
_FENCED = re.compile(r"^```\w{0,12}\n((?:(?!```).){0,400})\n?```$", re.DOTALL)
_IN_PARENTHESES = re.compile(r"\w[^\w\s]{0,4}\s\((?!\()[^()\n]{0,80}$")
_NEAR = 90  # characters
_OTHERWISE = re.compile(r"^[^.\n]{0,250}[;,.]\s(?:otherwise|else)\b", re.IGNORECASE)
_ANSWER_FIELDS: tuple[str, ...] = (
    "final_answer",
    "answer",
    "final answer",
    "label",
    "choice",
    "option",
    "result",
    "class",
    "category",
    "sentiment",
)
_ANSWER_FIELDS += ("prediction", "value", "verdict", "classification", "output", "response")


class Candidate(NamedTuple):
    """A piece of text read as an answer."""

    value: AnswerValue
    text: str
    key: str

    def found(self, rule: str, *, explicit: bool) -> Answer | None:
        """The answer that it is, found by `rule`; `None` for `NO_ANSWER`."""
        return None if self is NO_ANSWER else Answer(self.value, self.text, rule, self.key, explicit)


NO_ANSWER: Final = Candidate(None, "", "")  # the reply hedges or declines there, so no answer is looked for elsewhere


class Place(NamedTuple):
    """A candidate, the rule by which it was found, whether the reply presents it as its answer, and where it ends."""

    candidate: Candidate
    rule: str
    explicit: bool
    end: int

    @property
    def answer(self) -> Answer | None:
        """The answer that it is, if it is one."""
        return self.candidate.found(self.rule, explicit=self.explicit)


class Reader(ABC):
    """Finds one kind of answer in prose. Subclasses define how a piece of text reads as that kind."""

    cue: ClassVar[re.Pattern[str]] = re.compile(by_first_letter(CUES))
    any_cue: ClassVar[re.Pattern[str]] = re.compile(by_first_letter(ANY_CUES))
    forms: ClassVar[tuple[Form, ...]] = FORMS
    question: str = ""
    leaves_out_unsure: ClassVar[bool] = False  # whether what may be is no answer

    @abstractmethod
    def _parse_whole(self, piece: str) -> Candidate | None:
        """`piece` as an answer and nothing else."""

    @abstractmethod
    def _parse_announced(self, piece: str) -> Candidate | None:
        """The answer that `piece`, which follows an announcement, gives; `NO_ANSWER` where it hedges."""

    @abstractmethod
    def _infer(self, text: str) -> Answer | None:
        """The answer that `text`, which announces none, comes to."""

    @abstractmethod
    def _target(self, target: str) -> str:
        """The key of `target`, which a task's author wrote.

        Raises:
            UsageError: it is not an answer of this kind.
        """

    def _corrected(self, text: str) -> Candidate | None:
        """The answer that `text`, which corrects an earlier one, comes to; only where it clearly gives one."""
        answer = self._infer(text)
        return Candidate(answer.value, answer.text, answer.key) if answer else None

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
        """The answer that `text` gives; `None` where it has none, hedges between several, or declines to give one."""
        text = text.strip()
        if text.startswith("```"):
            text = _FENCED.sub(r"\1", text).strip()
        places: dict[str, Place | None] = {}  # what is presented in a text is looked for once
        reply = without_closing(text)
        if place := self._at_end(text, reply, places):
            return self._unless_withdrawn(reply, place)
        given = self._without_denied(text)
        text = given.strip()
        reply = before_next_question(text, self.question)
        if len(reply) < len(text) and reply:
            answer = self._decide(without_closing(reply), places)
            rest = text[len(reply) :]
            if (answer and answer.explicit) or asks_another(rest, self.question, answered=answer is not None):
                return answer
        text = without_closing(text)
        main = self._without_asides(text)
        answer = self._decide(without_closing(main).strip(), places) if main != text and main.strip() else None
        return answer or self._decide(text, places)

    def _without_asides(self, text: str) -> str:
        """`text` without what is not its answer where anything else is."""
        return without_asides(text)

    def _without_denied(self, text: str) -> str:
        """`text` without what can't be its answer."""
        return without_suppositions(without_mentions(text), unsure=self.leaves_out_unsure)

    def _at_end(self, text: str, reply: str, places: dict[str, Place | None]) -> Place | None:
        """What the last line of `text`, or the end of a long one, presents: found without looking at the rest.

        That decides where it has nothing beside it and no other turn follows; `reply` is `text` without its closing.
        """
        start = reply.rfind("\n") + 1
        if len(reply) - start > PIECE:
            start = reply.find(". ", len(reply) - _END) + 2 or len(reply)
        end = reply[start:]
        if not end or (has_asides(end) and self._without_asides(self._without_denied(end)) != end):
            return None
        if before_next_question(text, self.question) != text:
            return None
        place = places[reply] = next(self._presented(reply), None)
        return place if place and place.end > start else None

    def _decide(self, text: str, places: dict[str, Place | None]) -> Answer | None:
        """What `text` gives as its answer.

        The first of these that there is decides:

        1. what it presents as its answer: its last line if that is an answer and nothing else, else the last
           announcement; unless it takes that back and comes to another one, or states that it was wrong;
        2. what it opens with, an answer on a line of its own, unless it concludes with another one;
        3. what its sentences come to.
        """
        place = places[text] if text in places else next(self._presented(text), None)
        if not place and (place := self._opening_line(text)):
            if place.candidate is NO_ANSWER:
                return None
            if self._concludes_otherwise(text, place):
                return self._infer(text[place.end :])
        if not place:
            later, rest = correction(text, 0)
            if rest and (corrected := self._parse_whole(first_sentence(rest[:PIECE]))):
                return corrected.found("correction", explicit=True)
            if later and (corrected := self._corrected(later)):
                return corrected.found("correction", explicit=False)
            if self._refuses(text):
                return None
            return self._bold(text) or (None if breaks_off(text) else self._infer(text))
        return self._unless_withdrawn(text, place)

    def _unless_withdrawn(self, text: str, place: Place) -> Answer | None:
        """The answer at `place`, or the one by which `text` corrects it; `None` where it states that it was wrong."""
        later, rest = correction(text, place.end)
        if later and (corrected := self._parse_whole(first_sentence(rest[:PIECE])) or self._corrected(later)):
            return corrected.found("correction", explicit=True)
        return None if later and withdraws(later) else place.answer

    def _refuses(self, text: str) -> bool:
        """Whether `text`, which presents no answer, states that there is none, or only says the question again."""
        return (
            refuses(text[-_TAIL:])
            or text.rstrip(' *_"').endswith("?")
            or (len(text) > _SHORT and text.casefold() in self.question.casefold())
        )

    def _concludes_otherwise(self, text: str, opening: Place) -> bool:
        """Whether `text` ends with the conclusion that another answer is right than the one that it opens with."""
        if not concludes(next(iter(last_sentences(text)), "")):
            return False
        inferred = self._infer(text[opening.end :])
        return inferred is not None and inferred.key != opening.candidate.key

    def _bold(self, text: str) -> Answer | None:
        """The only answer in bold, unless `text` concludes with another one."""
        if "**" not in text:
            return None
        bold = {
            reading.key: (reading, found)
            for found in _BOLD.finditer(text[-_LOOKED_AT:])
            if (reading := self._parse_whole(found[1]))
        }
        bold = {key: one for key, one in bold.items() if not self._is_given(one[0])} or bold
        if len(bold) != 1 or NO_ANSWER.key in bold:
            return None
        ((reading, found),) = bold.values()
        last = next(iter(last_sentences(text)), "")
        if found[1].rstrip().endswith(":"):
            return None
        other = self._infer(last) if concludes(last) and found[0] not in last else None
        if other and other.key != reading.key:
            return None
        return reading.found("bold", explicit=False)

    def _is_given(self, candidate: Candidate) -> bool:  # noqa: ARG002  # for subclasses
        """Whether the question gives this answer, so that it is the reply's only where no other one is."""
        return False

    def _presented(self, text: str) -> Iterator[Place]:
        """The places where `text` presents an answer, the last one first."""
        line = text[text.rfind("\n") + 1 :]
        heads = line.rstrip(" *_").endswith(":")  # what it heads was cut off
        if len(line) <= PIECE and not heads and (whole := self._parse_whole(line)) and self._may_end(text, line):
            yield Place(whole, "whole reply" if line == text else "final line", True, len(text))
        if text.endswith(("}", "```")) and (field := self._json_field(text)):
            yield Place(field, "json field", True, len(text))
        empty_box: Place | None = None
        beside: list[Place] = []  # in parentheses: an answer where none stands outside of any
        for announcement in announcements(text, self.cue if is_english(text) else self.any_cue, self.forms):
            rule = announcement.form.rule
            if self._lists(text, announcement) or _is_former(text, announcement.start):
                continue
            if announcement.form.boxed and not announcement.piece.strip(" \\.,_"):
                continue
            if reading := self._announced(announcement):
                if reading is NO_ANSWER and announcement.form.boxed and not declines(announcement.piece):
                    empty_box = empty_box or Place(NO_ANSWER, rule, True, announcement.end)
                    continue
                place = Place(reading, rule, True, announcement.end)
                if _is_beside(text, announcement):
                    beside.append(place)
                else:
                    yield place
        yield from beside
        if empty_box:
            yield empty_box

    def _json_field(self, text: str) -> Candidate | None:
        """The answer in a JSON object at the end of `text`."""
        found = _OBJECT.search(text, max(0, len(text) - 2 * PIECE))
        try:
            fields = json.loads(found[1]) if found else {}
        except ValueError:
            return None
        named = {name.casefold(): value for name, value in fields.items()}
        value = next((named[name] for name in _ANSWER_FIELDS if name in named), None)
        if value is None and len(named) == 1:
            (value,) = named.values()
        return self._parse_whole(str(value)) if isinstance(value, str | int | float) else None

    def _lists(self, text: str, announcement: Announcement) -> bool:  # noqa: ARG002  # for subclasses
        """Whether a list of things to consider begins where an answer is announced."""
        return False

    def _may_end(self, text: str, line: str) -> bool:  # noqa: ARG002  # for subclasses
        """Whether `line`, the last of `text` and an answer, is meant as one."""
        return True

    def _opening_line(self, text: str) -> Place | None:
        """The answer that `text` opens with: on a line of its own, or in a first sentence before an explanation."""
        line, newline, rest = text.partition("\n")
        if newline and len(line) <= PIECE and (whole := self._parse_whole(line)) and self._may_open(line, rest):
            return Place(whole, "opening line", True, len(line))
        first = first_sentence(line[:PIECE])
        after = line[len(first) :].lstrip(" .!。*")
        if after and explains(after) and (whole := self._parse_whole(first)):
            return Place(whole, "opening line", True, len(first))
        return None

    def _may_open(self, line: str, rest: str) -> bool:  # noqa: ARG002  # for subclasses
        """Whether `line`, an answer before `rest`, is meant as one."""
        return True

    def _announced(self, announcement: Announcement) -> Candidate | None:
        form, piece = announcement.form, announcement.piece
        if _OTHERWISE.search(piece):
            return NO_ANSWER
        if form.alone:
            return self._parse_whole(piece)
        if form.section:
            answer = self._infer(piece)
            return Candidate(answer.value, answer.text, answer.key) if answer else NO_ANSWER
        reading = self._parse_announced(piece)
        ends_without = form.firm or (announcement.in_last_line and declines(piece))
        return NO_ANSWER if not reading and ends_without else reading


def _is_beside(text: str, announcement: Announcement) -> bool:
    """Whether an announcement stands in parentheses, beside something else: "unlike the Nile (answer A)"."""
    if announcement.form.firm or "answer" in announcement.form.pattern.groupindex:
        return False
    before = text[max(0, announcement.start - _NEAR) : announcement.start]
    return "(" in before and bool(_IN_PARENTHESES.search(before))


def _is_former(text: str, start: int) -> bool:
    """Whether an announcement at `start` follows words such as "at first I thought that" in its sentence."""
    before = text[max(0, start - 60) : start].lower()
    return bool(_FORMER_WORDS.search(before) and _FORMER_WORDS.search(_CLAUSE_END.split(before)[-1]))
