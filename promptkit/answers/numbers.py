r"""Numbers, read exactly: `$1,234.00`, `-7`, `2.5`, `1/3`, `\frac{1}{3}`, `50%`, `2 million`, `6 × 10^3`, `twelve`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from promptkit.answers.answer import Answer
from promptkit.answers.prose import conclusion, declines, first_sentence, last_sentences, strip_markup
from promptkit.answers.reader import NO_ANSWER, Candidate, Reader
from promptkit.errors import UsageError

_LONGEST = 100  # characters; anything longer is not an answer, and Python refuses to print a number of 4300 digits

_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_NUMBER = re.compile(
    rf"""
    (?<![A-Za-z_\d\\^]) (?<!\d\.)
    (?: (?<![A-Za-z_\d)\]}}%.]) (?P<sign>[-+]) (?=[\\$€£¥\d.]) )?  \\?[$€£¥]?\s?
    (?P<whole> \d{{1,3}}(?:[,\u2009\u202f]\d{{3}}){{1,12}}+(?!\d) | \d++ )?  (?P<decimals> \.\d++ )?
    (?: \s?\\[dt]?frac\s?\{{(?P<top>\d++)\}}\s?\{{(?P<bottom>\d++)\}}
      | (?<=\d)(?:\s(?P<numerator>\d++))?+/(?P<denominator>\d++)(?!/)
      | (?<=\d)e(?P<power>[-+]?\d{{1,2}})\b
      | (?<=\d)\s?(?:\*|×|x|\\times|\\cdot)\s?10\^\{{?(?P<ten>-?\d{{1,2}})\}}?
      | (?<=\d)\^\{{?(?P<exponent>\d{{1,2}})\}}?
    )?
    (?<=[\d}}])  (?: \s(?P<scale>{"|".join(_SCALES)})\b )?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LATEX_SPACING = re.compile(r"\\[,!;: ]|(?<=\d)\{(?=,\})|(?<=\d\{,)\}")

_TO_NINETEEN = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_TO_NINETEEN.split())}
_WORDS |= {word: 10 * n for n, word in enumerate(_TENS.split(), 2)}
_WORD = rf"(?:{'|'.join([*_WORDS, *_SCALES])})\b"
_IN_WORDS = re.compile(rf"\b{_WORD}(?:(?:[ -]| and ){_WORD}){{0,12}}", re.IGNORECASE)

_UNIT = re.compile(
    r"\s?(?:%|[°a-z²³/\"']{1,20}(?: (?!(?:is|are|was|were|and|or|to)\b)[a-z]{1,20}){0,2})?", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s*(?:-|~|or|and|to|或|和|至|到)\s*")
_EXPLAINS = re.compile(r"\d(?:\s\w{1,20}){0,3}?(?:\s?(?:,\s|;)|\s\(|\s(?:because|since|as|where|when|if|for|given)\b)")
_PARENTHESIS = re.compile(r"\s\([^()\n]{0,200}\)")
_BROKEN_OFF = ("=", "+", "-", "*", "/", "(", "×")


def _exact(found: re.Match[str]) -> Fraction | None:
    """The value of a match of `_NUMBER`; `None` for a division by zero and for a number too long to be meant."""
    if len(found[0]) > _LONGEST or (found["exponent"] and len(found[0]) > 16):
        return None
    value = Fraction(re.sub(r"\D", "", found["whole"] or "0") + (found["decimals"] or ""))
    try:
        if bottom := found["bottom"]:
            value += Fraction(int(found["top"]), int(bottom))
        elif denominator := found["denominator"]:
            numerator = found["numerator"]
            value = value + Fraction(int(numerator), int(denominator)) if numerator else value / int(denominator)
    except ZeroDivisionError:
        return None
    value *= Fraction(10) ** int(found["power"] or found["ten"] or 0) * _SCALES.get((found["scale"] or "").lower(), 1)
    return (-1 if found["sign"] == "-" else 1) * value ** int(found["exponent"] or 1)


def _in_words(found: re.Match[str]) -> Fraction | None:
    """The value of a match of `_IN_WORDS`; `None` for a lone "one", which is more often a pronoun."""
    if found[0].lower() == "one":
        return None
    total = current = 0
    for word in re.findall(r"[a-z]+", found[0].lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word == "hundred":
            current = max(1, current) * 100
        elif word in _SCALES:
            total, current = total + max(1, current) * _SCALES[word], 0
    return Fraction(total + current)


def _reading(found: re.Match[str] | None) -> Candidate | None:
    if not found:
        return None
    value = _exact(found) if found.re is _NUMBER else _in_words(found)
    return None if value is None else Candidate(value, found[0].strip(), str(value))


def _plain(piece: str) -> str:
    r"""`piece` with `1{,}234` and `1\,234` written 1,234 and 1234."""
    return _LATEX_SPACING.sub("", piece) if "\\" in piece or "{" in piece else piece


def _result(sentence: str) -> str:
    """What follows the last equals sign of `sentence`, unless that stands in an explanation of a number before it."""
    left, equals, right = sentence.rpartition("=")
    explains = _EXPLAINS.search(_PARENTHESIS.sub("", left))
    return right if equals and not explains and _NUMBER.search(right) else sentence


@dataclass(frozen=True)
class NumberReader(Reader):
    """Finds numbers. A unit is not part of a number: `50%` is 50, as `$50` and `50 km` are.

    Attributes:
        question: what was asked; where a reply presents no answer, a number that the question gave is passed over.
    """

    question: str = ""

    def _parse_whole(self, piece: str) -> Candidate | None:
        piece = _plain(strip_markup(piece)).lstrip("= ")
        found = _NUMBER.match(piece) or _IN_WORDS.match(piece)
        return _reading(found) if found and _UNIT.fullmatch(piece, found.end()) else None

    def _parse_announced(self, piece: str) -> Candidate | None:
        if declines(piece) or piece.lstrip(" *").lower().startswith("not "):
            return None
        result = _result(_plain(first_sentence(piece)))
        numbers = _NUMBER.finditer(result)
        first, second = next(numbers, None), next(numbers, None)
        joined = second and first and _BETWEEN.fullmatch(result, first.end(), second.start())
        if first and second and joined and _exact(first) != _exact(second):
            return NO_ANSWER
        return _reading(first or _IN_WORDS.search(result))

    def _infer(self, text: str) -> Answer | None:
        if text.rstrip().endswith(_BROKEN_OFF) or not conclusion(text):
            return None
        for sentence in last_sentences(text):
            if found := self._new_number(_result(_PARENTHESIS.sub("", _plain(sentence)))):
                reading = _reading(found)
                return reading.found("last number", explicit=False) if reading else None
        return None

    def _new_number(self, sentence: str) -> re.Match[str] | None:
        """The last number of `sentence` that the question did not give, else its last number."""
        found = [*_NUMBER.finditer(sentence)]
        if len(found) < 2:
            return found[0] if found else _IN_WORDS.search(sentence)
        given = {_exact(number) for number in _NUMBER.finditer(self.question)}
        return next((number for number in reversed(found) if _exact(number) not in given), found[-1])

    def _target(self, target: str) -> str:
        reading = self._parse_whole(target)
        if not reading:
            raise UsageError(f"the target {target!r} is not a number; write it in digits, such as 1234, -2.5 or 1/3")
        return reading.key
