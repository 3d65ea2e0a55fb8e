"""Calendar dates: `07/09/1972`, `July 9th, 1972`, `9 July 1972`, `1972-07-09`, `1972年7月9日`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from promptkit.answers.answer import Answer
from promptkit.answers.calendar_days import DAY, day_of, puts_day_first, whole_day
from promptkit.answers.prose.sentences import (
    concludes,
    conclusion,
    declines,
    first_sentence,
    sentence_spans,
    strip_markup,
)
from promptkit.answers.prose.topic import stem, stems, topic
from promptkit.answers.reader import NO_ANSWER, Candidate, Place, Reader
from promptkit.errors import UsageError

_FIRST = 60  # characters of a first sentence that is nothing but a date
_TAIL = 4000  # characters; a date further from the end is not what the reply comes to

_ENGLISH_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_UNFINISHED = re.compile(r"\b(?:YYYY|MM|DD)\b|[/-][YMDX?]{2}|[YMDX?]{2}[/-]", re.IGNORECASE)
_DEPENDS = re.compile(r"\bif\b[^.\n]{0,200}\b(?:otherwise|else)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:since|because|having|as|if|given(?: that)?|when|after|before|from|not|instead of|assuming"
    r"|rather than)\b[^,;.]*$",
    re.IGNORECASE,
)
_SPAN = re.compile(  # the end of a range whose beginning has no year
    rf"\b(?:(?:{_ENGLISH_MONTHS})[a-z]{{0,7}}\.?\s\d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?)"
    r"\s?(?:to|-|through|until|and|or)\s?$",
    re.IGNORECASE,
)
_ON = re.compile(r"^(?:on|am|le|el|il|op|em)\s[*_]{0,2}", re.IGNORECASE)
_NOT = re.compile(r"\bnot\s(?:on\s)?[*_]*$", re.IGNORECASE)
_OPEN = re.compile(
    r"\d{4}\s(?:or|and)\s(?:later|earlier|before|after|thereabouts)\b|\b(?:at the earliest|at the "
    r"latest)\b",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"(?:^|[.!?:\n])\W*(?:when|on (?:what|which)|what (?:date|day)|wann|quand|cuándo|quando|wanneer|когда|kiedy)\b",
    re.IGNORECASE,
)
_BETWEEN_CLAUSES = re.compile(
    r",?\s(?:and|und|et|y|e|en|but|aber|mais|pero)\s|;\s|,\s(?!\d|(?:on|in|am|le|el|il|em|op)\s)"
)
_STARTS = re.compile(r"\b(?:start|begin|open|commence)s?\b[^.?]*\?", re.IGNORECASE)
_ENDS = re.compile(r"\b(?:end|finish|close|conclude|expire)s?\b[^.?]*\?", re.IGNORECASE)
_STARTED = re.compile(r"\b(?:start|began|begin|open|commence)\w*\b", re.IGNORECASE)
_ENDED = re.compile(r"\b(?:end|finish|close|conclude|expire)(?:s|d|ed)?\b", re.IGNORECASE)
_OLD = re.compile(
    r"\b(?:old|original(?:ly)?|previous(?:ly)?|former(?:ly)?|initial(?:ly)?)\b[^.;,]{0,30}$", re.IGNORECASE
)
_FROM = re.compile(r"\b(?:from|between)\s[*_]*$", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:moved|postponed|rescheduled|extended|changed|pushed back|brought forward|delayed)\sfrom\s[*_]*$",
    re.IGNORECASE,
)
_TO = re.compile(r"[*_]*\s(?:to|until|till|through|and)\s[*_]*", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\([^()\n]*$")
_UNREAL = re.compile(r"[^.;]{0,20}\b(?:would|could|might)\b", re.IGNORECASE)
_WERE_IT = re.compile(
    r"\b(?:wären?|würden?|serait|tomberait|sería|caería|seria|cairia|sarebbe|cadrebbe|zou|byłb[yo]|был[ао]?\sбы)\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"\w{3,}")
_FILLER = frozenset(
    ("when", "what", "which", "date", "day", "the", "did", "was", "does", "are", "has", "have", "for", "and", "wann")
)
_FILLER |= {"wurde", "die", "der", "das", "quand", "est", "quando", "cuándo", "fue", "foi", "wanneer"}
_OR = re.compile(r"\W{0,3}(?:or|and|to|或|和|至|到|-)\W{0,3}(?:on\s)?", re.IGNORECASE)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where each clause of `text` begins and ends."""
    for start, end in sentence_spans(text):
        for part in _BETWEEN_CLAUSES.finditer(text, start, end):
            yield start, part.start()
            start = part.end()
        yield start, end


def _shared(asked: tuple[str, ...], sentence: str) -> int:
    """How many of the words `asked` a sentence repeats, or begins a word with."""
    words = _CONTENT.findall(sentence.casefold())
    return sum(any(word.startswith(one) for word in words) for one in asked)


@dataclass(frozen=True)
class DateReader(Reader):
    """Finds dates that have a day, a month and a year of four digits.

    Attributes:
        question: what was asked; a date that it gives is passed over where a sentence has another one.
        day_first: whether 3/5/2024 is the third of May.
    """

    question: str = ""
    day_first: bool = False

    def find(self, text: str) -> Answer | None:
        """The date that `text` gives; `None` where it has none, hedges between several, or declines to give one."""
        if not self.day_first and puts_day_first(text, self.question):
            return replace(self, day_first=True).find(text)
        return super().find(text)

    def _parse_whole(self, piece: str) -> Candidate | None:
        found = whole_day(strip_markup(piece))
        return self._reading(found) if found else None

    def _reading(self, found: re.Match[str]) -> Candidate | None:
        day = day_of(found, day_first=self.day_first)
        return Candidate(day, found[0].strip(), day.isoformat()) if day else None

    def _alternatives(self, dates: list[re.Match[str]], text: str) -> bool:
        """Whether `dates` are two different ones joined by a word such as "or"."""
        if len(dates) < 2 or not _OR.fullmatch(text, dates[0].end(), dates[1].start()):
            return False
        one, other = map(self._reading, dates)
        return bool(one and other and one.key != other.key)

    def _is_given(self, candidate: Candidate) -> bool:
        return candidate.key in self._given

    def _opening_line(self, text: str) -> Place | None:
        """A first sentence that is a date, too, where one sentence or more tell of others: "On 8 May 2020. The …"."""
        if place := super()._opening_line(text):
            return place
        first = first_sentence(text[:_FIRST])
        whole = self._parse_whole(first) if text.startswith((". ", "! "), len(first)) else None
        if not whole or (not _ON.match(first.lstrip("*_ ")) and whole.key in self._given):
            return None
        return Place(whole, "opening line", True, len(first))

    def _parse_announced(self, piece: str) -> Candidate | None:
        if declines(piece) or _DEPENDS.search(piece):
            return NO_ANSWER if _DEPENDS.search(piece) else None
        dates = [*DAY.finditer(piece)]
        if not dates:
            return NO_ANSWER if _UNFINISHED.search(first_sentence(piece)) else None
        if self._alternatives(dates[:2], piece) or _SPAN.search(piece[: dates[0].start()]):
            return NO_ANSWER
        first = first_sentence(piece)
        within = [found for found in dates if found.start() < len(first)]
        return self._reading(self._result(within, piece)) if within else self._reading(dates[0])

    def _infer(self, text: str) -> Answer | None:
        text = self._without_old(text[-_TAIL:])
        dates = [*DAY.finditer(text)]
        last = conclusion(text)
        if len(dates) == 1 and self._is_other_end(last):
            return None
        if (span := self._end_of_span(text)) and (reading := self._reading(span)):
            return reading.found("last date", explicit=False)
        if self._alternatives(dates[-2:], text) or not last or _DEPENDS.search(last):
            return None
        if dates and not self._asks_for_end and _SPAN.search(text[max(0, dates[-1].start() - 40) : dates[-1].start()]):
            return None
        if _OPEN.search(text):
            return None
        start = text.rfind(last)
        within = [found for found in dates if found.start() >= start >= 0]
        best = self._result(within, text) if within else None
        if best and _NOT.search(text[max(0, best.start() - 12) : best.start()]):
            return None
        if not within and dates and all((r := self._reading(f)) and r.key in self._given for f in dates):
            return None  # what the question gave is only said again
        if len(dates) > 1 and not concludes(last) and (answering := self._answering(text)):
            best = self._result(answering, text)
        for found in [best, *reversed(dates)] if best else reversed(dates):
            if found and (reading := self._reading(found)):
                return reading.found("last date", explicit=False)
        return None

    def _without_old(self, text: str) -> str:
        """`text` without sentences that only have a date that no longer holds: "Old date: …"."""
        spans = [(start, end, [*DAY.finditer(text, start, end)]) for start, end in sentence_spans(text)]
        old = [
            (start, end)
            for start, end, dates in spans
            if len(dates) == 1 and _OLD.search(text[start : dates[0].start()]) and not _OLD.search(self.question)
        ]
        if not old or not any(dates and (start, end) not in old for start, end, dates in spans):
            return text
        return "".join(text[start:end] for start, end, _ in spans if (start, end) not in old)

    def _is_other_end(self, sentence: str) -> bool:
        """Whether `sentence` tells when something began and its end was asked for, or the other way round."""
        if not self._asks_for_end:
            return False
        began, ended = bool(_STARTED.search(sentence)), bool(_ENDED.search(sentence))
        return began != ended and ended == bool(_STARTS.search(self.question))

    @cached_property
    def _asks_for_end(self) -> bool:
        return bool(_STARTS.search(self.question)) != bool(_ENDS.search(self.question))

    def _end_of_span(self, text: str) -> re.Match[str] | None:
        """The first or the last day of "from … to …", the only dates of `text`, where one of them is asked for."""
        dates = [*DAY.finditer(text)]
        moved = len(dates) == 2 and _MOVED.search(text[: dates[0].start()])
        if moved and _TO.fullmatch(text, dates[0].end(), dates[1].start()) and not _OLD.search(self.question):
            return dates[1]
        if len(dates) != 2 or not _FROM.search(text[: dates[0].start()]) or not self._asks_for_end:
            return None
        return (
            dates[bool(_ENDS.search(self.question))] if _TO.fullmatch(text, dates[0].end(), dates[1].start()) else None
        )

    def _answering(self, text: str) -> list[re.Match[str]]:
        """The dates of the one sentence that repeats more of a question for a time than any other."""
        if self.question.isascii() and not _WHEN.search(self.question):
            return []
        asked = tuple(word for word in _CONTENT.findall(self.question.casefold()) if word not in _FILLER)
        about = topic(self.question) - _FILLER
        last = {stem(word) for word in _CONTENT.findall(self.question.casefold())[-1:]}
        spans = [
            (
                (
                    len(last & stems(text[start:end])),
                    len(about & stems(text[start:end])),
                    _shared(asked, text[start:end]),
                ),
                [*DAY.finditer(text, start, end)],
            )
            for start, end in (sentence_spans(text) if self._given else _clauses(text))
        ]
        if self._given:  # where a day is worked out, only the first sentence gives it early
            spans = [one for one in spans[:1] if one[0][1]]
        best = max((shared for shared, dates in spans if dates), default=(0, 0, 0))
        ahead = [dates for shared, dates in spans if dates and shared == best]
        new = len(ahead) == 1 and any(
            (one := self._reading(found)) and one.key not in self._given for found in ahead[0]
        )
        return ahead[0] if any(best) and new else []

    def _result(self, dates: list[re.Match[str]], text: str) -> re.Match[str]:
        """The date that a sentence comes to: one in bold, else outside of reasons, else a new one, else the last."""
        return max(
            dates,
            key=lambda found: (
                text[: found.start()].endswith("**") and text.startswith("**", found.end()),
                not _UNREAL.match(text, found.end())
                and not _WERE_IT.search(text[max(0, found.start() - 60) : found.start()])
                and not _IN_PARENTHESES.search(text[: found.start()]),
                not _REASON.search(text[max(0, found.start() - 80) : found.start()]),
                bool((reading := self._reading(found)) and reading.key not in self._given),
                text[: found.start()].strip(" *_\"'$(") == "",
                dates.index(found),
            ),
        )

    @cached_property
    def _given(self) -> frozenset[str]:
        readings = map(self._reading, DAY.finditer(self.question))
        return frozenset(reading.key for reading in readings if reading)

    def _target(self, target: str) -> str:
        reading = self._parse_whole(target)
        if not reading:
            raise UsageError(f"the target {target!r} is not a date; write it as 07/09/1972 (month first) or 1972-07-09")
        return reading.key
