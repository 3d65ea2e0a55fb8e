r"""The option that a reply comes to where options are numbers or formulas: `\frac{20}{56} = \frac{5}{14}` for 5/14."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from promptkit.answers.numbers.numbers import NumberReader
from promptkit.answers.prose.reply import plain_signs

_FRACTION = re.compile(r"\\[dt]?frac\s?(?:\{([^{}]{1,60})\}|(\w))\s?(?:\{([^{}]{1,60})\}|(\w))")
_ROOT = re.compile(r"\\sqrt\s?\{([^{}]{1,40})\}")
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|operatorname|boxed)\s?\{([^{}]{0,120})\}")
_DROPPED = re.compile(r"\\(?:left|right|displaystyle|[,;:!()\[\] ])|\$|\\(?=[A-Za-z])|\*\*|`")
_POWERS = str.maketrans({"²": "^2", "³": "^3", "⁴": "^4", "⁵": "^5", "·": "*", "×": "*"})
_NAMES = re.compile(r"\\(?:cdot|times)\b\s?")
_SQUASHED = re.compile(r"[\s{}*]|(?<=[A-Za-z])\((?=\w\))|(?<=\(\w)\)|^\w{1,2}(?:\(\w\))?=")
_SINGLE = re.compile(r"[(](\w{1,6})[)]")
_RESULT = re.compile(
    r"(?:=|≈|\\approx|→|\\to)\s?([^=≈\n]{1,80}?)\s?(?=$|\n|[.,;:]?(?:\$|\\\)|\\\]|\s\()|[.,;](?:\s|$)|\s(?:and|or|und|et)\b)"
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:/\d+)?")
_SEVERAL = re.compile(r"\s?(?:,|;|\band\b|\bor\b|\bund\b|\bet\b|\by\b|\be\b|&|和)\s?")
_LOOKED_AT = 1500  # characters at the end of a reply
_DIGITS = 2  # that a rounded result has at least


def written_plainly(text: str) -> str:
    r"""`text` with its formulas as one writes them without LaTeX: `\frac{2}{x}` as `2/x`, `x²` as `x^2`."""
    if "\\" in text:
        for _ in range(2):  # a fraction in a fraction
            text = _FRACTION.sub(_as_quotient, _ROOT.sub(r"√\1", _WRAPPED.sub(r"\1", text)))
        text = _NAMES.sub("*", text)
    return _DROPPED.sub("", text).translate(_POWERS)


def comes_to(text: str, options: Mapping[str, str], asking: str) -> str:
    """The label of the only option that is what `text` comes to; none where options are no numbers and no formulas."""
    numbers = _numbers(tuple(options.items()))
    if len(set(numbers.values())) > 1 and len(numbers) == len(options):
        found = NumberReader(asking).find(text)
        value = found.value if found else None
        same = [label for label, number in numbers.items() if isinstance(value, Fraction) and _is(value, number)]
        if len(same) == 1:
            return same[0]
    keys = {label: _key(plain_signs(option)) for label, option in options.items()}
    if not all(map(_is_formula, options.values())):
        return ""
    results = [_key(found[1]) for found in _RESULT.finditer(written_plainly(text[-_LOOKED_AT:]))]
    for result in reversed(results):
        same = [label for label, key in keys.items() if key == result]
        if len(same) == 1:
            return same[0]
    return _of_several(text, options)


def _of_several(text: str, options: Mapping[str, str]) -> str:
    """The option that lists the numbers which one sentence gives one by one: "x = 2 and x = 3" for "2 and 3"."""
    listed = {label: _NUMBER.findall(plain_signs(option)) for label, option in options.items()}
    if any(len(numbers) != len(_SEVERAL.split(options[label])) for label, numbers in listed.items()):
        return ""
    for line in reversed(written_plainly(text[-_LOOKED_AT:]).splitlines()):
        given = frozenset(_NUMBER.findall(" ".join(found[1] for found in _RESULT.finditer(line))))
        same = [label for label, numbers in listed.items() if given == set(numbers) and len(given) > 1]
        if len(same) == 1:
            return same[0]
    return ""


@lru_cache(maxsize=256)
def _numbers(options: tuple[tuple[str, str], ...]) -> dict[str, Fraction]:
    """The numbers that options are, units left out."""
    reader = NumberReader()
    read = {label: reader.find(plain_signs(text)) for label, text in options}
    return {
        label: found.value
        for label, found in read.items()
        if found and found.rule == "whole reply" and isinstance(found.value, Fraction)
    }


def _is(value: Fraction, number: Fraction) -> bool:
    """Whether `value` is `number`, or is that rounded."""
    if value == number:
        return True
    places = len(str(value.denominator)) - 1 if set(str(value.denominator)) <= {"1", "0"} else 0
    return places >= _DIGITS and round(number, places) == value


def is_value(option: str) -> bool:
    """Whether an option is a number or a formula rather than words."""
    return not re.search(r"[^\W\d_]{4,}", plain_signs(option)) and bool(re.search(r"\d|[=^+/√()]", option))


def _is_formula(option: str) -> bool:
    return bool(re.search(r"\d|[=^+/√()]", option)) and not re.search(r"[^\W\d_]{5,}", option)


def _as_quotient(found: re.Match[str]) -> str:
    over, under = found[1] or found[2], found[3] or found[4]
    return f"{_grouped(over)}/{_grouped(under)}"


def _grouped(part: str) -> str:
    return part if re.fullmatch(r"\s*[\w.^]{1,12}\s*", part) else f"({part})"


def _key(formula: str) -> str:
    return _SINGLE.sub(r"\1", _SQUASHED.sub("", written_plainly(formula))).strip(" .,;")
