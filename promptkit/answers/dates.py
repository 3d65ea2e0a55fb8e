"""Calendar dates: `07/09/1972` and `7/9/1972` (month first), `July 9th, 1972`, `9 July 1972`, `1972-07-09`, `1972年7月9日`."""

from __future__ import annotations

import re
from datetime import date

from promptkit.answers.prose import NO_ANSWER, ProseReader, Reading, bare, declines, first_sentence
from promptkit.errors import UsageError

_MONTHS = {name: n for n, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_DATE = re.compile(
    rf"""
    (?<![\w/]) (?:
      (?P<first>\d{{1,2}}) \s?(?P<sign>[-/.])\s? (?P<second>\d{{1,2}}) \s?(?P=sign)\s? (?P<year>\d{{4}})
    | (?P<iso>\d{{4}} (?: -\d{{1,2}}- | /\d{{1,2}}/ | \.\d{{1,2}}\. | \s?年\s?\d{{1,2}}\s?月\s? ) \d{{1,2}})
    | (?P<in_words> (?:\d{{1,2}}(?:st|nd|rd|th)?\s(?:day\s)?(?:of\s)?)? (?P<month>{"|".join(_MONTHS)})[a-z]{{0,7}}\.?
        (?:,?\s(?:the\s)?\d{{1,2}}(?:st|nd|rd|th)?)? (?:,|\s|\sof\s|,\s) \s?\d{{4}} )
    ) (?![\d/])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\b(?:YYYY|MM|DD)\b|[/-][YMDX?]{2}|[YMDX?]{2}[/-]", re.IGNORECASE)
_OR = re.compile(r"\W{0,3}(?:or|and|to|或|和|至|到|-)\W{0,3}(?:on\s)?", re.IGNORECASE)


def _parts(found: re.Match[str]) -> tuple[int, ...]:
    """Year, month and day of a match of `_DATE`."""
    digits = [int(n) for n in re.findall(r"\d+", found[0])]
    if found["iso"]:
        return tuple(digits)
    if found["in_words"]:
        *day, year = digits
        return (year, _MONTHS[found["month"].lower()], *day)
    month, day_, year = digits
    return (year, month, day_) if month <= 12 else (year, day_, month)  # a month 13 to 31 can only be a day


def _reading(found: re.Match[str]) -> Reading | None:
    try:
        day = date(*_parts(found))
    except (TypeError, ValueError):  # a part is missing or twice there; no such day
        return None
    return Reading(day, found[0].strip(), day.isoformat())


class DateReader(ProseReader):
    """Finds dates with a day, a month and a year of four digits."""

    def alone(self, piece: str) -> Reading | None:
        found = _DATE.fullmatch(bare(piece))
        return _reading(found) if found else None

    def stated(self, piece: str) -> Reading | None:
        if declines(piece):
            return None
        sentence = first_sentence(piece)
        matches = _DATE.finditer(piece)
        first, second = next(matches, None), next(matches, None)
        if not first:
            return NO_ANSWER if _UNFINISHED.search(sentence) else None
        reading, other = _reading(first), _reading(second) if second else None
        if (
            second
            and reading
            and other
            and other.key != reading.key
            and _OR.fullmatch(piece, first.end(), second.start())
        ):
            return NO_ANSWER
        return reading

    def implied(self, last: str, text: str) -> tuple[str, Reading] | None:
        readings = [reading for found in _DATE.finditer(text[-4000:]) if (reading := _reading(found))]
        return ("last date", readings[-1]) if readings else None

    def target(self, target: str) -> str:
        reading = self.alone(target)
        if not reading:
            raise UsageError(
                f"The target {target!r} is not a date. Write it as 07/09/1972 (month first) or 1972-07-09."
            )
        return reading.key
