"""Days as they are written, in many languages: what stands in a text, and which day of the calendar it is."""

from __future__ import annotations

import re
from datetime import date

from promptkit.answers.words.marks import language

_MONTHS_BY_LANGUAGE = """
en: jan feb mar apr may jun jul aug sep oct nov dec
de: jan|jän feb mär apr mai jun jul aug sep okt nov dez
fr: janv fév mars avr mai juin juil aoû sept oct nov déc
es: ene feb mar abr may jun jul ago sep oct nov dic
it: gen feb mar apr mag giu lug ago set ott nov dic
pt: jan fev mar abr mai jun jul ago set out nov dez
nl: jan feb maa|mrt apr mei jun jul aug sep okt nov dec
pl: sty lut mar kwi maj cze lip sie wrz paź lis gru
tr: oca şub mar nis may haz tem ağu eyl eki kas ara
ru: янв фев мар апр май|мая июн июл авг сен окт ноя дек
ar: يناير فبراير مارس أبريل|ابريل مايو يونيو يوليو أغسطس|اغسطس سبتمبر أكتوبر|اكتوبر نوفمبر ديسمبر
hi: जनवरी फरवरी|फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर|सितम्बर अक्टूबर|अक्तूबर नवंबर|नवम्बर दिसंबर|दिसम्बर
th: มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
"""  # the first letters of each, which no other word before a year has
_MONTHS = {
    name: number
    for line in _MONTHS_BY_LANGUAGE.strip().splitlines()
    for number, names in enumerate(line.partition(":")[2].split(), 1)
    for name in names.split("|")
}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAYS = """
monday tuesday wednesday thursday friday saturday sunday
montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
lunedì martedì mercoledì giovedì venerdì sabato domenica
segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
poniedziałek wtorek środa czwartek piątek sobota niedziela środę sobotę niedzielę
pazartesi salı çarşamba perşembe cuma cumartesi pazar
понедельник вторник среда четверг пятница суббота воскресенье среду пятницу субботу
"""
_WEEKDAY = "|".join(sorted(_WEEKDAYS.split(), key=len, reverse=True))
_BEFORE = re.compile(
    rf"""
    (?:(?:on|am|le|el|il|op|em|в|во|w|we|dia|ngày)\s[*_]{{0,2}})?
    (?:(?:{_WEEKDAY}|(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)\b\.?|thứ\s\w+|chủ\snhật)
       ,?\s(?:(?:the|den|dem|le|el|ngày)\s)?
     |يوم\s\S+\s|(?:วัน)?\S{{0,12}}ที่\s?)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\s?(?:г\.?(?:\s?года?)?|года?|จ\.?|r\.?|roku)?[\s,(]{{0,2}}(?:{_WEEKDAY}|[月火水木金土日](?:曜日?)?"
    r"|(?:星期|周|週|礼拜)[一二三四五六日天]|[월화수목금토일](?:요일)?)?\)?[\s.]?",
    re.IGNORECASE,
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|ª)?"
_NAME = rf"(?P<month>{_NAMED})[^\W\d_]{{0,8}}\.?"
_ERA = r"(?:[พค]\.?ศ\.?\s?)?"
DAY = re.compile(
    rf"""
    (?<![A-Za-z\d/]) (?:
      (?P<slashed> \d{{1,2}} \s?(?P<sign>[-/.])\s? \d{{1,2}} \s?(?P=sign)\s? \d{{4}} )
    | (?P<year_first> \d{{4}} (?: -\d{{1,2}}- | /\d{{1,2}}/ | \.\d{{1,2}}\. ) \d{{1,2}}
                    | \d{{4}} \s?年\)?\s? \d{{1,2}} \s?月\s? \d{{1,2}} \s?[日號号]
                    | \d{{4}} \s?년\)?\s? \d{{1,2}} \s?월\s? \d{{1,2}} \s?일 )
    | (?P<numbered> \d{{1,2}} \stháng\s \d{{1,2}} (?:\snăm\s|,\s|\s) \d{{4}} )
    | (?P<in_words> (?:the\s)? (?:{_DAY}\.?\s(?:day\s)?(?:of\s|de\s|di\s)?)? {_NAME} (?:,?\s(?:the\s)?{_DAY})?
                    (?:,|\s|\sof\s|\sdel?\s|,\s) \s?{_ERA}\d{{4}} )
    ) (?![\d/])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/-])(\d{1,2})[/-](\d{1,2})[/-]\d{4}(?![\d/-])")
_MONTH_FIRST = frozenset(("en", "zh", "ja", "ko"))  # or year first; elsewhere nobody puts the month first
_MONTHS_OF_A_YEAR = 12
_BUDDHIST = 543  # years before our era
_NOT_BEFORE = 2400


def day_of(found: re.Match[str], *, day_first: bool = False) -> date | None:
    """The day that a match of `DAY` is; `None` where a part of it is missing, or there is no such day."""
    digits = [int(n) for n in re.findall(r"\d+", found[0])]
    try:
        if found["year_first"]:
            return date(*digits)
        *others, year = digits
        if found["in_words"]:
            is_buddhist = year > _NOT_BEFORE and "\u0e00" <= found["month"][0] <= "\u0e7f"
            return date(year - _BUDDHIST * is_buddhist, _MONTHS[found["month"].lower()], *others)
        first, second = others
        if first > _MONTHS_OF_A_YEAR or day_first or found["numbered"] or found["sign"] == ".":
            return date(year, second, first)
        return date(year, first, second)
    except (TypeError, ValueError):
        return None


def whole_day(piece: str) -> re.Match[str] | None:
    """The match of `DAY` in `piece`, if nothing else stands there but the day of the week, or "on"."""
    before = _BEFORE.match(piece)
    found = DAY.match(piece, before.end() if before else 0)
    return found if found and _AFTER.fullmatch(piece, found.end()) else None


def puts_day_first(text: str, question: str) -> bool:
    """Whether 3/5/2024 is the third of May: by the question's own dates, by those of the reply, by its language."""
    for source in (question, text):
        written = [(int(first), int(second)) for first, second in _SLASHED.findall(source)]
        days_first = any(first > _MONTHS_OF_A_YEAR for first, _ in written)
        if days_first != any(second > _MONTHS_OF_A_YEAR for _, second in written):
            return days_first
    return language(f"{text} {question}") not in _MONTH_FIRST
