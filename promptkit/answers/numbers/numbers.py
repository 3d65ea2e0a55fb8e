r"""Numbers, read exactly: which of those in a reply is its answer. How they are written: `notation.py`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import promptkit.answers.words.cues as cues
from promptkit.answers.answer import Answer
from promptkit.answers.numbers.asked import Asked, asked_for, scale_asked
from promptkit.answers.numbers.notation import number_at_start, plain
from promptkit.answers.numbers.number_words import word_at_start
from promptkit.answers.numbers.quantity import Quantity
from promptkit.answers.numbers.ranking import Candidate as Ranked
from promptkit.answers.numbers.ranking import candidates, likeliest
from promptkit.answers.numbers.results import CENTS, Result, in_dollars, result
from promptkit.answers.numbers.scales import rated, rating_of, without_top
from promptkit.answers.numbers.statements import Statement
from promptkit.answers.prose.announced import Announcement
from promptkit.answers.prose.asides import without_contrasts
from promptkit.answers.prose.sentences import (
    conclusion,
    declines,
    first_sentence,
    last_sentences,
    refuses,
    sentences,
    strip_markup,
)
from promptkit.answers.prose.topic import stems
from promptkit.answers.reader import NO_ANSWER, Candidate, Place, Reader
from promptkit.answers.targets import parted
from promptkit.answers.words.marks import point_notation
from promptkit.answers.words.phrases import lower_phrase, one_of
from promptkit.errors import UsageError

_UNIT = re.compile(
    r"\s?(?!(?:or|and|to|plus|minus|has|have|had|gives|makes|equals)\b)"
    r"(?:[%‰]|°\s?[cfk]?|[°a-z²³/\"'µ€£$¥₹]{1,20}(?: (?!(?:is|are"
    r"|was|were|and|or|to)\b)[a-zäöüéèêñçãõ]{1,20}){0,2}"
    r"|[\u3040-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u0900-\u097f\u0600-\u06ff\u0400-\u04ff]{1,8})?[.!?]?",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?![\w ]{0,40}(?:[Aa]nswer|[Cc]onfidence|[Cc]ertainty|[Pp]robability"
    r"|[Ss]core))[A-Z][a-z]{1,15}(?: [A-Za-z]{1,15}){0,3}[*_]{0,2}:[\s*_]*(?=[-$€£¥₹~≈\d])"
)
_COMMA_BELOW_ONE = re.compile(r"^(\s*[-+−]?0),(?=\d{3}\s*$)")  # 0,125 can't be thousands
_WRAPPED = re.compile(r"[(\[{]\s?([^()\[\]{},]{1,60}?)\s?[)\]}]")
_VARIABLE = re.compile(r"\s*(?:[A-Za-z]\s?)?[=≈]\s*")
_PARENTHESIS = re.compile(
    r"(?<![\w)])\((?!or\b(?![^()\n]*\bif\b)|maybe\b|perhaps\b|possibly\b)[^()\n]{0,200}\)", re.IGNORECASE
)
_ITEMS = re.compile(r"[\s*_]{0,6}\n\s{0,6}(?:[-*•+]|\d[.)])\s([^\n]{1,60})\n\s{0,6}(?:[-*•+]|\d[.)])\s([^\n]{1,60})")
_MARKUP = " *_#>-"
_DIGITS = 16  # digits of a number that is soon read
_WHOLE = 160  # characters of a number, in words too, with its name and unit
_MARKER = 2  # characters of the number of an item in a list
_FIRST = 60  # characters of a first sentence that is nothing but the answer
_CUT_OFF = re.compile(
    r"[.!?\n]\s*(?:First|Next|Then|Now|After that|Finally|Second|Third"
    r"|Step)\b[^.!?\n\d]{0,60}(?<![.!?)*])$"
)
_IN_LIST = re.compile(r"[\s*_]*\d{1,2}[.)]\s[^\n]*\n\s*[*_]*\d{1,2}[.)]\s")
_SAME_LINE = (". ", "! ")  # "Nine. It's a trick question …"
_LATEST = 14  # sentences at the end
_TAIL = 1500  # characters at the end that are read
_LONGEST = 300  # characters of a first sentence that is read, too
_LIST = 200  # characters
_ENDS_IN_LIST = re.compile(r"\n\s{0,6}[-*•]\s[$€£]?\d[\d.,]*\s*\n\s{0,6}[-*•]\s[$€£]?\d[\d.,]*\s*$")
_REFUTED = re.compile(
    r"(?<![\d.,])(\d[\d.,]{0,15})(?:\s?[%°€]|\s[a-z]{1,12})?\s(?:can't|cannot|can not|isn't|is not)\s(?:be\s)?"
    r"(?:right|correct|true|the (?:right |correct )?answer)\b"
)
_NOT_GIVEN = re.compile(r"[\s*_]*(?:not|incorrect|wrong)\b", re.IGNORECASE)
_DEPENDS = lower_phrase(one_of(cues.DEPENDS))
_BROKEN_OFF = ("=", "+", "-", " *", "/", "(", "×")


@dataclass(frozen=True)
class NumberReader(Reader):
    """Finds numbers. A unit is not part of a number: `50%` is 50, as `$50` and `50 km` are.

    Attributes:
        question: what was asked: the numbers it gives and the unit it asks for show which number of a sentence is new.
    """

    question: str = ""

    def find(self, text: str) -> Answer | None:
        """The number that `text` gives; `None` where it has none, hedges between several, or declines to give one."""
        text = point_notation(text, self.question)
        answer = super().find(without_top(text, self._rating))
        if self._rating and not (answer and answer.explicit) and (given := rated(text, self._rating)):
            reading = self._parse_whole(given)
            return reading.found("rating", explicit=False) if reading else answer
        return answer

    @cached_property
    def _rating(self) -> re.Pattern[str] | None:
        return rating_of(self.question)

    def _without_denied(self, text: str) -> str:
        return without_contrasts(super()._without_denied(text))

    def _parse_whole(self, piece: str) -> Candidate | None:
        bare = piece.strip().rstrip(".")
        if len(bare) < _DIGITS and bare.isascii() and bare.isdecimal():  # most answers are no more than this
            return self._read(Quantity(0, len(bare), Fraction(int(bare)), bare))
        if len(bare) > _WHOLE:
            return None
        piece = plain(strip_markup(piece))
        if ":" in piece and (field := _FIELD.match(piece)):
            whole = self._parse_whole(piece[field.end() :])
            return None if whole is NO_ANSWER else whole
        if wrapped := _WRAPPED.fullmatch(piece):
            piece = wrapped[1]
        if prefix := _VARIABLE.match(piece):
            piece = piece[prefix.end() :]
        number = number_at_start(piece) or word_at_start(piece)
        if not number or not _UNIT.fullmatch(piece, number.end):
            return None
        return self._read(in_dollars(number, self._asked) if CENTS.match(piece, number.end) else number)

    def _parse_announced(self, piece: str) -> Candidate | None:
        if declines(piece) or _NOT_GIVEN.match(piece):
            return None
        if whole := self._parse_whole(piece):
            return whole
        found: tuple[Statement, Result] | None = None
        piece = plain(piece)
        if number_at_start(piece.lstrip(" *_$")):  # "3 (Katie and two others)"
            piece = _PARENTHESIS.sub("", piece)
        for sentence in sentences(piece):
            if refuses(sentence) or declines(sentence):
                break
            if number := result(sentence, self._asked, announced=True):
                statement = Statement(sentence, self._asked)
                found = (statement, number) if not found or statement.completes(number, *found) else found
        return self._read(found[1].quantity) if found else None

    def _infer(self, text: str) -> Answer | None:
        if text.rstrip("*_ \n").endswith(_BROKEN_OFF) or not conclusion(text) or refuses(text[-1000:]):
            return None
        if _ENDS_IN_LIST.search(text[-_LIST:]) or _CUT_OFF.search(text[-_LIST:]):
            return None
        best = likeliest(found := self.candidates(text))
        if (
            not best
            or not best.stated
            or (best.listed and _DEPENDS.search(first_sentence(text[:_LONGEST]).lower()) and _differ(found))
        ):
            return None  # numbers to choose from
        return self._guess(best.result.quantity)

    def candidates(self, text: str) -> list[Ranked]:
        """The numbers that `text`, which presents no answer, may come to."""
        tail = plain(text[-_TAIL:])
        outside = _PARENTHESIS.sub("", tail)
        shown, whole = last_sentences(outside)[:_LATEST], len(text) <= _TAIL
        if not whole and (first := first_sentence(plain(text[:_LONGEST]))) not in shown:
            shown, whole = [*shown, first], True
        found = candidates(shown, self._asked, whole=whole)
        if self._asked.unit and outside != tail and not any(one.result.unit and one.result.new for one in found):
            inside = candidates(last_sentences(tail)[:_LATEST], self._asked, whole=whole)
            found = inside if any(one.result.unit for one in inside) else found  # "$1.05 (105 cents)"
        if refuted := _refuted(tail):
            found = [one for one in found if one.result.quantity.value not in refuted] or found
        return found

    def _bold(self, text: str) -> Answer | None:  # noqa: ARG002
        return None  # bold print is weighed with the rest

    def _guess(self, number: Quantity) -> Answer | None:
        reading = self._read(number)
        return reading.found("last number", explicit=False)

    def check(self, target: str) -> None:
        """Refuse a target that is not a number, with or without a tolerance (`promptkit.answers.targets`).

        Raises:
            UsageError: it is not one.
        """
        self._target(parted(target)[0])

    def accepts(self, answer: Answer, target: str) -> bool:
        """Whether `answer` is the number `target`, or as near to it as its tolerance allows.

        Raises:
            UsageError: `target` is not a number.
        """
        number, tolerance, is_share = parted(target)
        if tolerance is None:
            return super().accepts(answer, target)
        right = Fraction(self._target(number))
        return abs(Fraction(answer.key) - right) <= tolerance * (abs(right) if is_share else 1)

    def _target(self, target: str) -> str:
        reading = self._parse_whole(_COMMA_BELOW_ONE.sub(r"\1.", target))
        if not reading or reading is NO_ANSWER:
            raise UsageError(f"the target {target!r} is not a number; write it in digits, such as 1234, -2.5 or 1/3")
        return reading.key

    def _may_end(self, text: str, line: str) -> bool:
        if _FIELD.match(line) and "nswer" in text[: -len(line)]:
            return False  # "Answer: 17", and beside it "Steps: 3"
        if _FIELD.match(line.lstrip(_MARKUP)) and not self._is_named(line.lstrip(_MARKUP)):
            before = text[max(0, len(text) - _LIST - len(line)) : -len(line)].splitlines()
            if any(self._is_named(other.lstrip(_MARKUP)) for other in before):
                return False
        if self._is_given_field(line.lstrip(_MARKUP)) and any(
            self._is_named(other.lstrip(_MARKUP)) and not self._is_given_field(other.lstrip(_MARKUP))
            for other in text[: -len(line)].splitlines()[-_LATEST:]
        ):
            return False
        aside = len(line) < len(text) and line.strip(" *_").startswith("(") and line.rstrip(" *_.").endswith(")")
        return not aside and not _ENDS_IN_LIST.search(text[-_LIST:])

    def _lists(self, text: str, announcement: Announcement) -> bool:
        items = _ITEMS.match(text, announcement.end)
        return bool(items and self._parse_whole(items[1]) and self._parse_whole(items[2]))

    def _opening_line(self, text: str) -> Place | None:
        if self.question and _FIELD.match(head := text[:_FIRST].lstrip(" *_#")) and not self._is_named(head):
            return None  # "Income: 160", where the profit was asked for
        if place := super()._opening_line(text):
            return place
        first = first_sentence(text[:_FIRST])
        if len(first) == len(text) or not self._parse_whole(first) or _IN_LIST.match(text):
            return None
        number = result(first, self._asked, announced=True)
        bare = text[len(first) : len(first) + 2] in _SAME_LINE and not _FIELD.match(first.lstrip(_MARKUP))
        if not number or not (number.unit or bare):
            return None
        return Place(self._read(number.quantity), "opening line", True, len(first))

    def _is_given_field(self, line: str) -> bool:
        """Whether `line` is a field with a number that the question gives: "Area: 49 cm²"."""
        field = _FIELD.match(line)
        number = number_at_start(line[field.end() :]) if field else None
        return bool(number and not self._asked.is_new(number))

    def _is_named(self, line: str) -> bool:
        """Whether `line` is a field such as "Profit: $40", with a name for what was asked."""
        field = _FIELD.match(line)
        return bool(field and not self._asked.words.isdisjoint(stems(field[0])))

    def _concludes_otherwise(self, text: str, opening: Place) -> bool:
        return not text.startswith("\n\n", opening.end) and super()._concludes_otherwise(text, opening)

    def _read(self, number: Quantity) -> Candidate:
        """The answer that a number is; "390 thousand" is 390 where the question counts in thousands."""
        if number.value is None:
            return NO_ANSWER
        value = number.value
        if number.text[-1:].isalpha() and value >= (scale := scale_asked(self.question)):
            value = value / scale
        return Candidate(value, number.text, str(value))

    @cached_property
    def _asked(self) -> Asked:
        return asked_for(point_notation(self.question, self.question))


def _differ(found: Sequence[Ranked]) -> bool:
    """Whether items of a list have different numbers."""
    return len({one.result.number.value for one in found if one.listed}) > 1


def _refuted(text: str) -> set[Fraction | None]:
    """The numbers of which `text` states that they are wrong: "So $0.10 can't be right"."""
    found = (number_at_start(one) for one in _REFUTED.findall(text))
    return {number.value for number in found if number}
