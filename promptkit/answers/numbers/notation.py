r"""Numbers in a text, each read whole or not at all: `$1,234.00`, `2½`, `\frac{1}{3}`, `$2M`, `10²³`, `twelve`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction

from promptkit.answers.numbers.number_words import word_at_start
from promptkit.answers.numbers.quantity import SCALES, Quantity
from promptkit.answers.words.languages import LANGUAGES

_LONGEST = 100  # characters; anything longer is not an answer, and Python refuses to print a number of 4300 digits


_MORE_SCALES = {"dozen": 12, "dozens": 12, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7, "score": 20}
_MORE_SCALES |= {
    "millions": 10**6,
    "billions": 10**9,
    "thousands": 10**3,
    "mn": 10**6,
    "mln": 10**6,
    "bn": 10**9,
    "mio": 10**6,
}
_MORE_SCALES |= {
    word: power for language in LANGUAGES for word, power in language.scales if word.isalpha() and word.isascii()
}
_LETTERS = {"k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_CJK_SCALES = {"千": 10**3, "萬": 10**4, "万": 10**4, "億": 10**8, "亿": 10**8, "천": 10**3, "만": 10**4, "억": 10**8}
_STEMS = [
    (re.compile(word, re.IGNORECASE), power)
    for each in LANGUAGES
    for word, power in each.scales
    if not word.isascii() or not word.isalpha()
]
_SCALE_WORDS = sorted(
    [*SCALES, *_MORE_SCALES, *(w for language in LANGUAGES for w, _ in language.scales if w[0] not in _CJK_SCALES)],
    key=len,
    reverse=True,
)
_SCALE_NAMES = "|".join(word.replace(" ", "[ ]") for word in _SCALE_WORDS)
_HALVES = {sign: Fraction(unicodedata.numeric(sign)).limit_denominator(100) for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
_SWAPPED = str.maketrans(".,", ",.")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

_CURRENCY = r"[$€£¥₹₽₩₺₫฿]"
_PLAIN = r"(?<!\d[ ])\d{1,3}(?:[,\u2009\u202f ']\d{3})++(?![ ]?\d)(?:[.,]\d++)?|\d++(?:[.,']\d++)*+|\.\d++"
_TIME = (
    r"(?:(?:hours?|hrs?|h|minutes?|mins?|feet|foot|ft|pounds?|lbs?|years?|weeks?|days?|months?|stunden?|std|heures?|horas?"
    r"|or[ae]|uur|godzin[yaę]?|час(?:а|ов)?|saat|giờ|jahre?|tage?|jours?|días?|dias?|giorni)\b|小时|小時|時間|시간)"
)
_SMALLER = (
    r"(?:(?:hours?|hrs?|minutes?|mins?|m|seconds?|secs?|s|inch(?:es)?|in|ounces?|oz|days?|months?|weeks?|years?|minuten?"
    r"|minutos?|minut[iy]?|минут[аы]?|dakika|phút|stunden|heures|horas|monate?|mois|meses|mesi)\b|分钟|分鐘|分(?!之)|분)"
)
_MONEY = r"\s?(?:[€$£¥%]|(?:euros?|dollars?|pounds?|francs?|zł|kr)\b)"  # "Jan pays 13 euro" is no date
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_NO_NUMBER = re.compile(
    rf"""
    (?:±|\\pm\b|\+/-)\s?{_CURRENCY}?\d[\d.,]*
  | (?:(?<!\d)\d++(?:[.,]\d*+)?+|[.,]\d*+)?\s?(?:√|\\sqrt\b|\bsqrt\b)\s?(?:\[\d\])?[({{]?\s?\d[\d.]*[)}}]?
  | (?<!\d)\d++(?:\.\d++)?+\s?(?:π|\\pi\b|pi\b)(?:/\d+)?
  | (?<![\d/.-])\d{{1,4}}(?:/\d{{1,2}}/\d{{2,4}}|-\d{{1,2}}-\d{{1,4}}|\.\d{{1,2}}\.\d{{2,4}})(?![\d/.-]\d)
  | (?<!\d)\d++(?:(?:\s:\s|:)\d++)+(?:\s?[ap]\.?m\b\.?)?
  | \d{{1,2}}\s?(?:[ap]\.m\.|[ap]m\b|o'clock\b|uhr\b|[點点]|[時时](?!間|间))
  | (?<!\d)\d++[₀-₉]+
  | \b(?:half|quarter)\s(?:past|to)\s\d{{1,2}}
  | \b(?:log|ln|sin|cos|tan|exp)\s?\(?\d+\)?
  | (?<!\d)\d++(?:\.\d++)?+[xyzni](?![A-Za-z0-9])
  | \b{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?!{_MONEY})
  | (?<!\d)\d++\s?{_TIME},?\s?(?:(?:and|und|et|y|e|en|i|и)\s)?\d++\s?{_SMALLER}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_ODD = 40  # characters
_ODD = re.compile(  # a text without one of these has nothing that `_NO_NUMBER` matches
    rf"[±√π:點点時时₀-₉]|\b{_MONTH}\.?\s\d|\b(?:log"
    rf"|ln|sin|cos|tan|exp)\b|\b(?:half|quarter)\s(?:past|to)\s\d|\\pm\b|\+/-"
    rf"|sqrt|\\pi\b|\dpi\b|\d[/.-]\d+[/.-]\d|\d\s?(?:[ap]\.?m\b|o'clock|uhr\b"
    rf"|[xyzni](?![A-Za-z0-9])"
    rf"|{_TIME},?\s?(?:(?:and|und|et|y|e|en|i|и)\s)?\d)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"""
    (?=[-+\d.\\$€£¥₹₽₩₺₫฿½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]) (?<![A-Za-z_\d\\^]) (?<!\d[.,:])
    (?: (?: (?<![A-Za-z_\d)\]}}%.]) (?P<sign>[-+]) (?=[\\$€£¥₹\d.½¼¾]) )?
      \\?(?P<currency>{_CURRENCY}(?:\s?-(?=\d))?)?\s?
      (?P<plain> {_PLAIN} )?  (?P<half>\s?[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])?
      (?: \s?\\[dt]?frac\s?\{{(?P<top>\d++)\}}\s?\{{(?P<bottom>\d++)\}}
        | (?<=\d)(?:\s(?P<numerator>\d++))?+/(?P<denominator>\d++)(?!/)
        | (?<=\d)e(?P<power>[-+]?\d{{1,2}})\b
        | (?<=\d)\s?(?:\*|×|x|\\times|\\cdot)\s?10(?:\^\{{?(?P<ten>-?\d{{1,2}})\}}?|(?P<raised_ten>⁻?[⁰¹²³⁴-⁹]{{1,2}}))
        | (?<=\d)\^\{{?(?P<exponent>\d{{1,2}})\}}?
        | (?<=\d)(?P<raised>[⁰¹²³⁴-⁹]{{1,2}})
      )?
      (?<=[\d}}½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⁰¹²³⁴-⁹])
      (?: \s?(?P<letter>(?-i:[kKMBT]))(?![A-Za-z0-9'])
        | \s?(?P<cjk>[千萬万億亿천만억])(?![\d米克瓦赫卡升伏焦帕米])
        | [ -]?(?P<scale>{_SCALE_NAMES})(?!\w) )?
      (?P<and_half>\sand\sa\shalf\b)?
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BELOW_ZERO = re.compile(
    r"\s?(?:°\s?[CF]?|degrees?(?:\s(?:celsius|fahrenheit|centigrade))?|grad|degrés|grados|gradi|graus)?\s?"
    r"(?:below\szero|unter\snull|au-dessous\sde\széro|bajo\scero|sotto\s(?:lo\s)?zero|abaixo\sde\szero)\b",
    re.IGNORECASE,
)
_MINUS = re.compile(r"(?:minus|negative)\s", re.IGNORECASE)
_SUBTRACTED = re.compile(r"[\d%)\]}]\s*minus$")
_LATEX_FONT = re.compile(r"\\(?:math|text)[a-z]{0,4}\s?\{([^{}\n]{0,80})\}")
_LATEX_SPACING = re.compile(r"\\[,!;: ]|(?<=\d)\{(?=,\})|(?<=\d\{,)\}")
_WHOLE_AND_PART = re.compile(r"(\d{1,9})又(\d{1,9})/(\d{1,9})")
_MIXED_PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?([百千萬万億亿천만억]?)")
_MIXED = re.compile(
    r"(?<![\d.,])(?:\d[\d,]*(?:\.\d+)?\s?[百千萬万億亿천만억]\s?){1,4}(?<=[百千萬万億亿천만억\s])\d[\d,]*(?:[百千천])?(?![\d.])"
)


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers of `text` that are written in digits, in order."""
    odd = sorted([*_odd(text), *_mixed(text)]) if not text.isascii() or _ODD.search(text) else []
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        if not found[0].strip():
            continue  # nothing after the brace of a unit: \text{mol}\
        while odd and odd[0].end <= start:
            yield odd.pop(0)
        if odd and odd[0].start < end:
            continue
        yield _signed(text, Quantity(start, end, _exact(found), found[0].strip()))
    yield from odd


def _odd(text: str) -> Iterator[Quantity]:
    """What has digits in `text` and is no number."""
    if _ODD.search(text):
        for found in _NO_NUMBER.finditer(text):
            yield Quantity(found.start(), found.end(), None, found[0])


def _mixed(text: str) -> Iterator[Quantity]:
    """The numbers of `text` whose digits have units between them: 1万2千."""
    if not text.isascii():
        for found in _WHOLE_AND_PART.finditer(text):
            value = Fraction(int(found[1])) + Fraction(int(found[2]), max(1, int(found[3])))
            yield Quantity(found.start(), found.end(), value, found[0])
        for found in _MIXED.finditer(text):
            parts = [
                (Fraction(digits.replace(",", "")), _CJK_SCALES.get(unit, 1))
                for digits, unit in _MIXED_PART.findall(found[0])
            ]
            yield Quantity(found.start(), found.end(), sum((n * scale for n, scale in parts), Fraction()), found[0])


def _signed(text: str, number: Quantity) -> Quantity:
    """`number`, negative where "minus" or "negative" stands before it and no number before that."""
    if number.value is not None and number.value > 0 and _BELOW_ZERO.match(text, number.end):
        return number._replace(value=-number.value)
    before = text[max(0, number.start - 12) : number.start].lower().rstrip()
    if number.value is None or not before.endswith(("minus", "negative")) or _SUBTRACTED.search(before):
        return number
    return number._replace(value=-number.value)


def number_at_start(text: str) -> Quantity | None:
    """The number in digits that `text` begins with; one without a value where that is none."""
    found = _NUMBER.match(text)
    head = text[: (found.end() if found else 0) + _LONGEST_ODD]
    if not head.isascii() or (found and _ODD.search(head)):
        first = next(quantities(text), None)
        return first if first and not first.start else None
    if not found and (odd := _NO_NUMBER.match(text)):
        return Quantity(0, odd.end(), None, odd[0])
    if not found and (minus := _MINUS.match(text)):
        number = number_at_start(text[minus.end() :]) or word_at_start(text[minus.end() :])
        value = None if number is None or number.value is None else -number.value
        return number and Quantity(0, minus.end() + number.end, value, text[: minus.end() + number.end])
    return Quantity(0, found.end(), _exact(found), found[0].strip()) if found else None


def plain(piece: str) -> str:
    r"""`piece` with `1{,}234` and `1\,234` written 1,234 and 1234."""
    return _LATEX_SPACING.sub("", _LATEX_FONT.sub(r"\1", piece)) if "\\" in piece or "{" in piece else piece


def _plain_value(written: str) -> Fraction | None:
    """The value of digits with points, commas, blanks and apostrophes; `None` where these are none of a number."""
    if written.isdecimal():
        return Fraction(int(written))
    for sign in " '\u2009\u202f":
        written = written.replace(sign, "")
    if -1 < written.rfind(".") < written.rfind(","):  # nothing else is written 1.234,5
        written = written.translate(_SWAPPED)
    whole, *decimals = written.split(".")
    if len(decimals) > 1:
        grouped = 0 < len(whole) <= 3 and all(len(group) == 3 for group in decimals)
        return Fraction(whole + "".join(decimals)) if grouped and "," not in written else None
    first, *groups = whole.split(",")
    if groups and not _are_groups(first, groups):
        if decimals or len(groups) > 1 or (len(groups[0]) == 3 and first != "0"):  # 0,125 can be no group
            return None
        return Fraction(f"{first}.{groups[0]}")  # nothing else is written 12,5
    return Fraction(
        "".join((first, *groups)) + "." + (decimals[0] if decimals else "0") if first or groups else "0." + decimals[0]
    )


def _are_groups(first: str, groups: list[str]) -> bool:
    """Whether these are thousands, or lakhs and crores."""
    if not 1 <= len(first) <= 3 or len(groups[-1]) != 3 or (first[0] == "0"):
        return False
    return all(len(group) == 3 for group in groups) or (
        len(first) <= 2 and all(len(group) == 2 for group in groups[:-1])
    )


def _exact(found: re.Match[str]) -> Fraction | None:
    """The value of a match of `_NUMBER`; `None` for a division by zero and for a number too long to be meant."""
    written = found[0]
    if len(written) > _LONGEST or ((found["exponent"] or found["raised"]) and len(written) > 16):
        return None
    value = _plain_value(found["plain"]) if found["plain"] else Fraction()
    if value is None:
        return None
    if found["half"]:
        value += _HALVES[found["half"].strip()]
    try:
        if bottom := found["bottom"]:
            value += Fraction(int(found["top"]), int(bottom))
        elif denominator := found["denominator"]:
            numerator = found["numerator"]
            value = value + Fraction(int(numerator), int(denominator)) if numerator else value / int(denominator)
    except ZeroDivisionError:
        return None
    if power := found["power"] or found["ten"] or (found["raised_ten"] or "").translate(_RAISED):
        value *= Fraction(10) ** int(power)
    scale = _scale(found)
    if scale != 1:
        value *= scale
    if found["and_half"]:
        value += Fraction(scale, 2)
    if exponent := found["exponent"] or (found["raised"] or "").translate(_RAISED):
        value = value ** int(exponent)
    return -value if found["sign"] == "-" or "-" in (found["currency"] or "") else value


def _scale(found: re.Match[str]) -> int:
    if letter := found["letter"]:
        return _LETTERS[letter.lower()]
    if sign := found["cjk"]:
        return _CJK_SCALES[sign]
    word = (found["scale"] or "").lower()
    if not word:
        return 1
    known = SCALES.get(word) or _MORE_SCALES.get(word)
    return known or next(power for stem, power in _STEMS if stem.fullmatch(word))
