"""Numbers written in words: English ones, those of other languages, and Chinese numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from promptkit.answers.numbers.quantity import SCALES, Quantity
from promptkit.answers.words.languages import LANGUAGES
from promptkit.answers.words.marks import language

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
_WORD = rf"(?:{'|'.join([*_WORDS, *SCALES])})\b"
_IN_WORDS = re.compile(
    rf"\b{_WORD}(?:(?:[ -]| and ){_WORD}){{0,12}}(?P<part>(?: and (?:a|one|two|three))?[ "
    rf"-](?:{'|'.join(_PARTS)})\b)?(?P<dozen> dozen\b)?"
    r"|\b(?:half a )?(?P<alone>dozen)\b|\b(?:a )?(?P<half>half|quarter|third|fifth|tenth)(?= (?:of|a|an|the)\b|\W*$)",
    re.IGNORECASE,
)
_LOOK_ENGLISH = frozenset("on once due elf six sei set bin do dos van four".split())  # noqa: SIM905


_FRENCH = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit"
_FRENCH_UNITS = dict(enumerate([*_FRENCH.split(), "dix-neuf"], 1))
_MORE = {  # what no rule makes of others; a thousand stands by itself
    "fr": {f"quatre-vingt-{unit}": 80 + n for n, unit in _FRENCH_UNITS.items()}
    | {f"soixante-{unit}": 60 + n for n, unit in _FRENCH_UNITS.items() if n > 1}
    | {"soixante-et-onze": 71, "soixante et onze": 71, "mille": 1000},
    "de": {"tausend": 1000, "eintausend": 1000, "hundert": 100, "einhundert": 100},
    "es": {"mil": 1000},
    "pt": {"mil": 1000},
    "it": {"mille": 1000},
    "nl": {"duizend": 1000, "honderd": 100},
    "pl": {"tysiąc": 1000},
    "ru": {"тысяча": 1000},
}
_SCALES = frozenset("mille tausend hundert mil duizend honderd".split())  # noqa: SIM905  # after a number, its scale


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
        values.update(_MORE.get(each.code, {}))
        for word, value in values.items():
            if word != "_":
                found.setdefault(word, {})[each.code] = value
    return found


_HUNDREDS = {  # from one hundred, by language; those of Spanish have a form for each gender
    "fr": "cent deux*cents trois*cents quatre*cents cinq*cents six*cents sept*cents huit*cents neuf*cents",
    "es": "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos",
    "pt": "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos novecentos",
    "ru": "сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот",
    "pl": "sto dwieście trzysta czterysta pięćset sześćset siedemset osiemset dziewięćset",
    "it": "cento duecento trecento quattrocento cinquecento seicento settecento ottocento novecento",
}


def _hundreds() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {"cien": {"es": 100}, "cem": {"pt": 100}}
    for code, written in _HUNDREDS.items():
        for n, word in enumerate(written.replace("*", "_").split(), 1):
            name = word.replace("_", " ")
            for form in {name, name.removesuffix("s") if code == "fr" else name.replace("tos", "tas")}:
                found.setdefault(form, {})[code] = 100 * n
    return found


_FOREIGN = _foreign()
_HUNDRED = _hundreds()
_FOREIGN_FIRST = frozenset(
    first for word in (*_FOREIGN, *_HUNDRED) for first in (word.split()[0], word.split()[0].partition("-")[0])
)
_STARTS = _COUNTING | _FOREIGN_FIRST | {"a"}
_BELOW = "|".join(sorted(map(re.escape, _FOREIGN), key=len, reverse=True))
_ABOVE = "|".join(sorted(_HUNDRED, key=len, reverse=True))
_FOREIGN_WORD = re.compile(
    rf"(?<!\w)(?:(?P<hundreds>{_ABOVE})(?:\s(?:e\s)?(?P<rest>{_BELOW}))?|{_BELOW})(?!\w)", re.IGNORECASE
)

_UNMISTAKABLE = 9  # letters: no word of another language is a number as long as that
_COUNTED = re.compile(rf"(?:\d|(?<!\w)(?:{_BELOW}))\s$", re.IGNORECASE)
_BELOW_ZERO = re.compile(
    r"(?:^|['’]s\s|\b(?:is|to|be|now|at|about|exactly|only|gives|equals|makes|was)\s|[=:]\s?)(?:minus|negative)\s$",
    re.IGNORECASE,
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


def words(text: str, *, alone: bool = False) -> Iterator[Quantity]:
    """The numbers of `text` that are written in words; `alone` where nothing but a number is expected."""
    written = set(_WORD_OR_TWO.findall(text.lower()))
    if not _COUNTING.isdisjoint(written) or "-" in text:
        for found in _IN_WORDS.finditer(text):
            value = _in_words(found, alone=alone)
            if value is not None:
                below = _BELOW_ZERO.search(text, max(0, found.start() - 24), found.start())
                yield Quantity(found.start(), found.end(), -value if below else value, found[0])
    if not _FOREIGN_FIRST.isdisjoint(written):
        code = language(text)
        for found in _FOREIGN_WORD.finditer(text):
            value = _in_foreign(found, code, alone=alone)
            scales = found[0].lower() in _SCALES and _COUNTED.search(text, max(0, found.start() - 24), found.start())
            if value is not None and not scales:
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
        value = _in_foreign(found, language(text), alone=True)
        return None if value is None else Quantity(0, found.end(), value, found[0])
    found = _CJK.match(text)
    value = _in_cjk(found[0]) if found else None
    return Quantity(0, found.end(), value, found[0]) if found and value is not None else None


def _in_foreign(found: re.Match[str], code: str, *, alone: bool) -> Fraction | None:
    """The value of a number word in the language of the text; `alone`, in any that has it, if English has not."""
    word = found[0]
    if found["hundreds"]:
        rest = _FOREIGN[found["rest"].lower()].get(code) if found["rest"] else 0
        hundreds = _HUNDRED[found["hundreds"].lower()].get(code)
        return None if hundreds is None or rest is None else Fraction(hundreds + rest)
    values = _FOREIGN[word.lower()]
    if len(word) >= _UNMISTAKABLE and len(set(values.values())) == 1:
        return Fraction(next(iter(values.values())))
    if code in values:
        return Fraction(values[code])
    return Fraction(next(iter(values.values()))) if alone and word.lower() not in _LOOK_ENGLISH | _COUNTING else None


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
        elif word in SCALES:
            total, current = total + max(1, current) * SCALES[word], 0
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
