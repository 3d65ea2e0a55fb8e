r"""Numbers in a text, each read whole or not at all: `$1,234.00`, `2½`, `\frac{1}{3}`, `$2M`, `10²³`, `twelve`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from promptkit.answers.languages import LANGUAGES
from promptkit.answers.marks import language

_LONGEST = 100  # characters; anything longer is not an answer, and Python refuses to print a number of 4300 digits


class Quantity(NamedTuple):
    """A number in a text, and its exact value; `None` for what has digits and is no number: 3:1, ±3, 2:30 pm."""

    start: int
    end: int
    value: Fraction | None
    text: str


_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
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
    [*_SCALES, *_MORE_SCALES, *(w for language in LANGUAGES for w, _ in language.scales if w[0] not in _CJK_SCALES)],
    key=len,
    reverse=True,
)
_SCALE_NAMES = "|".join(word.replace(" ", "[ ]") for word in _SCALE_WORDS)
_HALVES = {sign: Fraction(unicodedata.numeric(sign)).limit_denominator(100) for sign in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
_SWAPPED = str.maketrans(".,", ",.")
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")

_CURRENCY = r"[$€£¥₹₽₩₺₫฿]"
_PLAIN = r"(?<!\d[ ])\d{1,3}(?:[,\u2009\u202f ']\d{3})++(?![ ]?\d)(?:[.,]\d++)?|\d++(?:[.,']\d++)*+|\.\d++"
_TIME = r"(?:hours?|hrs?|h|minutes?|mins?|feet|foot|ft|pounds?|lbs?|dollars?|years?|weeks?|days?|months?)\b"
_SMALLER = (
    r"(?:hours?|hrs?|minutes?|mins?|m|seconds?|secs?|s|inch(?:es)?|in|ounces?|oz|cents?|days?|months?|weeks?|years?)\b"
)
_NO_NUMBER = re.compile(
    rf"""
    (?:±|\\pm\b|\+/-)\s?{_CURRENCY}?\d[\d.,]*
  | \d*[.,]?\d*\s?(?:√|\\sqrt\b|\bsqrt\b)\s?(?:\[\d\])?[({{]?\s?\d[\d.]*[)}}]?
  | \d+(?:\.\d+)?\s?(?:π|\\pi\b|pi\b)(?:/\d+)?
  | (?<![\d/.-])\d{{1,4}}(?:/\d{{1,2}}/\d{{2,4}}|-\d{{1,2}}-\d{{1,4}}|\.\d{{1,2}}\.\d{{2,4}})(?![\d/.-]\d)
  | \d+(?:\s?:\s?\d+)+(?:\s?[ap]\.?m\b\.?)?
  | \d{{1,2}}\s?(?:[ap]\.m\.|[ap]m\b|o'clock\b|uhr\b|[點点]|[時时](?!間|间))
  | \d+[₀-₉]+
  | \b(?:half|quarter)\s(?:past|to)\s\d{{1,2}}
  | \b(?:log|ln|sin|cos|tan|exp)\s?\(?\d+\)?
  | \d+(?:\.\d+)?[xyzni](?![A-Za-z0-9])
  | \b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b
  | \d+\s?{_TIME},?\s(?:and\s)?\d+\s?{_SMALLER}
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_ODD = 40  # characters
_ODD = re.compile(  # a text without one of these has nothing that `_NO_NUMBER` matches
    rf"[±√π:點点時时₀-₉]|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}\.?\s\d|\b(?:log"
    rf"|ln|sin|cos|tan|exp)\b|\b(?:half|quarter)\s(?:past|to)\s\d|\\pm\b|\+/-"
    rf"|sqrt|\\pi\b|\dpi\b|\d[/.-]\d+[/.-]\d|\d\s?(?:[ap]\.?m\b|o'clock|uhr\b"
    rf"|[xyzni](?![A-Za-z0-9])"
    rf"|{_TIME},?\s(?:and\s)?\d)",
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
        | \s?(?P<cjk>[千萬万億亿천만억])(?![\d])
        | [ -]?(?P<scale>{_SCALE_NAMES})(?!\w) )?
      (?P<and_half>\sand\sa\shalf\b)?
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MINUS = re.compile(r"(?:minus|negative)\s", re.IGNORECASE)
_SUBTRACTED = re.compile(r"[\d%)\]}]\s*minus$")
_LATEX_FONT = re.compile(r"\\(?:math|text)[a-z]{0,4}\s?\{([^{}\n]{0,80})\}")
_LATEX_SPACING = re.compile(r"\\[,!;: ]|(?<=\d)\{(?=,\})|(?<=\d\{,)\}")
_LETTERED = re.compile(r"[a-z]+")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORD_OR_TWO = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")

_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_TO_NINETEEN.split())}
_WORDS |= {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
_COUNTING = frozenset((*_WORDS, "dozen", "half", "quarter", "third", "fifth", "tenth"))
_ORDINALS = "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_PARTS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}
_PARTS |= {word + plural: n for n, word in enumerate(_ORDINALS.split(), 3) for plural in ("", "s")}
_WORD = rf"(?:{'|'.join([*_WORDS, *_SCALES])})\b"
_IN_WORDS = re.compile(
    rf"\b{_WORD}(?:(?:[ -]| and ){_WORD}){{0,12}}(?P<part>(?: and (?:a|one|two|three))?[ "
    rf"-](?:{'|'.join(_PARTS)})\b)?(?P<dozen> dozen\b)?"
    r"|\b(?:half a )?(?P<alone>dozen)\b|\b(?:a )?(?P<half>half|quarter|third|fifth|tenth)(?= (?:of|a|an|the)\b|\W*$)",
    re.IGNORECASE,
)
_LOOK_ENGLISH = frozenset("on once due elf six sei set bin do dos van four".split())  # noqa: SIM905


def _foreign() -> dict[str, dict[str, int]]:
    """The number words of other languages: their value by language."""
    found: dict[str, dict[str, int]] = {}
    for each in LANGUAGES:
        units = each.numerals.split()
        values = {word: value for value, word in enumerate(units)}
        for n, ten in enumerate(each.tens.split(), 2):
            values.setdefault(ten, 10 * n)
            for value, unit in enumerate([*each.ones.split(), *units[2:10]] if each.joined else [], 1):
                values.setdefault(each.joined.format(ten=ten, unit=unit), 10 * n + value)
        for word, value in values.items():
            if word != "_":
                found.setdefault(word, {})[each.code] = value
    return found


_FOREIGN = _foreign()
_FOREIGN_FIRST = frozenset(first for word in _FOREIGN for first in (word.split()[0], word.split()[0].partition("-")[0]))
_STARTS = _COUNTING | _FOREIGN_FIRST | {"a"}
_FOREIGN_WORD = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, _FOREIGN), key=len, reverse=True))})(?!\w)", re.IGNORECASE
)

_WHOLE_AND_PART = re.compile(r"(\d{1,9})又(\d{1,9})/(\d{1,9})")
_MIXED_PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?([百千萬万億亿천만억]?)")
_MIXED = re.compile(
    r"(?<![\d.,])(?:\d[\d,]*(?:\.\d+)?\s?[百千萬万億亿천만억]\s?){1,4}(?<=[百千萬万億亿천만억\s])\d[\d,]*(?:[百千천])?(?![\d.])"
)
_CJK_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
}
_CJK_UNITS = {"十": 10, "百": 100, "千": 1000, "萬": 10**4, "万": 10**4, "億": 10**8, "亿": 10**8}
_CJK_STARTS = frozenset([*_CJK_DIGITS, *_CJK_UNITS])
_CJK = re.compile(rf"(?<!第)[{''.join(_CJK_DIGITS)}十百千萬万億亿]{{1,20}}")
_CJK_COMMON = re.compile(  # words and phrases whose "one" counts nothing
    "一共|一定|一樣|一样|一起|一些|一般|统一|統一|唯一|一直|一旦|之一|一方|一切|进一步|進一步|一步|每一|一[個个項项種种]選?|十分|千萬別|万一|萬一"
)


def quantities(text: str) -> Iterator[Quantity]:
    """The numbers of `text` that are written in digits, in order."""
    odd = sorted([*_odd(text), *_mixed(text)]) if not text.isascii() or _ODD.search(text) else []
    for found in _NUMBER.finditer(text):
        start, end = found.span()
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
    before = text[max(0, number.start - 12) : number.start].lower().rstrip()
    if number.value is None or not before.endswith(("minus", "negative")) or _SUBTRACTED.search(before):
        return number
    return number._replace(value=-number.value)


def number_at_start(text: str) -> Quantity | None:
    """The number in digits that `text` begins with; one without a value where that is none."""
    found = _NUMBER.match(text)
    head = text[: (found.end() if found else 0) + _LONGEST_ODD]
    if _ODD.search(head) or not head.isascii():
        first = next(quantities(text), None)
        return first if first and not first.start else None
    if not found and (minus := _MINUS.match(text)):
        number = number_at_start(text[minus.end() :]) or word_at_start(text[minus.end() :])
        value = None if number is None or number.value is None else -number.value
        return number and Quantity(0, minus.end() + number.end, value, text[: minus.end() + number.end])
    return Quantity(0, found.end(), _exact(found), found[0].strip()) if found else None


def words(text: str, *, alone: bool = False) -> Iterator[Quantity]:
    """The numbers of `text` that are written in words; `alone` where nothing but a number is expected."""
    written = set(_WORD_OR_TWO.findall(text.lower()))
    if not _COUNTING.isdisjoint(written) or "-" in text:
        for found in _IN_WORDS.finditer(text):
            value = _in_words(found, alone=alone)
            if value is not None:
                yield Quantity(found.start(), found.end(), value, found[0])
    if not _FOREIGN_FIRST.isdisjoint(written):
        code = language(text)
        for found in _FOREIGN_WORD.finditer(text):
            value = _in_foreign(found[0], code, alone=alone)
            if value is not None:
                yield Quantity(found.start(), found.end(), value, found[0])
    if not text.isascii():
        for found in _CJK.finditer(_CJK_COMMON.sub(lambda word: "_" * len(word[0]), text)):
            value = _in_cjk(found[0])
            if value is not None and (alone or len(found[0]) > 1 or found[0] not in "一十百千萬万億亿"):
                yield Quantity(found.start(), found.end(), value, found[0])


def word_at_start(text: str) -> Quantity | None:
    """The number in words that `text` begins with."""
    first = _FIRST_WORD.match(text.lower())
    if not first or not (first[0] in _STARTS or first[0][0] in _CJK_STARTS):
        return None
    found = _IN_WORDS.match(text)
    value = _in_words(found, alone=True) if found else None
    if found and value is not None:
        return Quantity(0, found.end(), value, found[0])
    if found := _FOREIGN_WORD.match(text):
        value = _in_foreign(found[0], language(text), alone=True)
        return None if value is None else Quantity(0, found.end(), value, found[0])
    found = _CJK.match(text)
    value = _in_cjk(found[0]) if found else None
    return Quantity(0, found.end(), value, found[0]) if found and value is not None else None


def _in_foreign(word: str, code: str, *, alone: bool) -> Fraction | None:
    """The value of a number word in the language of the text; `alone`, in any that has it, if English has not."""
    values = _FOREIGN[word.lower()]
    if code in values:
        return Fraction(values[code])
    return Fraction(next(iter(values.values()))) if alone and word.lower() not in _LOOK_ENGLISH | _COUNTING else None


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
        if decimals or len(groups) > 1 or len(groups[0]) == 3:
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
    known = _SCALES.get(word) or _MORE_SCALES.get(word)
    return known or next(power for stem, power in _STEMS if stem.fullmatch(word))


def _in_words(found: re.Match[str], *, alone: bool) -> Fraction | None:
    """The value of a match of `_IN_WORDS`; `None` for a lone "one", which is more often a pronoun."""
    written = found[0].lower()
    if found["half"]:
        return Fraction(1, _PARTS[found["half"].lower()]) if alone else None
    if found["alone"]:
        return Fraction(6 if written.startswith("half") else 12)
    part = (found["part"] or "").lower()
    number = _counted(written[: len(written) - len(part) - len(found["dozen"] or "")])
    if part:
        *_, count, name = re.findall(r"[a-z]+", "a " + part)
        if " and " in part:
            return number + Fraction(_WORDS.get(count, 1), _PARTS[name])
        whole, _, times = written[: -len(part)].rpartition(" and ")
        return (_counted(whole) if whole else 0) + Fraction(_counted(times), _PARTS[name])
    if found["dozen"]:
        return number * 12
    return None if written == "one" and not alone else number


def _counted(written: str) -> Fraction:
    total = current = 0
    for word in re.findall(r"[a-z]+", written):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in _SCALES:
            total, current = total + max(1, current) * _SCALES[word], 0
    return Fraction(total + current)


def _in_cjk(written: str) -> Fraction | None:
    if all(sign in _CJK_DIGITS for sign in written):
        return Fraction(int("".join(str(_CJK_DIGITS[sign]) for sign in written)))
    total = section = digit = 0
    for sign in written:
        if sign in _CJK_DIGITS:
            digit = _CJK_DIGITS[sign]
            continue
        unit = _CJK_UNITS[sign]
        if unit < 10**4:
            section, digit = section + (digit or 1) * unit, 0
        else:
            total, section, digit = total + max(1, section + digit) * unit, 0, 0
    return Fraction(total + section + digit)
