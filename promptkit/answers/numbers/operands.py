"""The signs of arithmetic beside a number: whether it is a term of a sum, or what that comes to."""

from __future__ import annotations

import re

_EQUALS = ("=", "≈", "\\approx", "\\rightarrow", "→", "⇒")
_WORD_OPERATORS = (" plus", " minus", " times", " divided by", " multiplied by")
_OPERATORS = ("+", "*", "/", "×", "÷", "·", "±", "\\times", "\\cdot", "\\div", "\\pm")
_MINUS_OR_X_BEFORE = re.compile(r"(?:\d\s?-|[\d)]\sx)\s?$")
_MINUS_OR_X_AFTER = re.compile(r"-\s|x\s?\d")
EQUALS_AFTER = re.compile(
    r"(?!\$?,?\s(?:and|und|et|y|e|i|и|&)\s[$*]{0,2}[a-z]\s?=)"  # x = 4 and y = 3
    r"(?:\s(?:is|makes|gives)\s[$€£]?\d|(?:[^=\d\n,;]|[,;](?!\s[^\W\d]{2})){0,24}(?:=|≈))"
)
APPROXIMATED = re.compile(r"[^=\d\n]{0,8}(?:≈|~|\\approx)")


def ends_with_equals(before: str) -> bool:
    """Whether an equals sign stands at the end of what is `before` a number."""
    return before.rstrip(" *_$\\({").removesuffix("\\text").rstrip().endswith(_EQUALS)


def is_operated(before: str, after: str) -> bool:
    """Whether an operator of arithmetic stands beside a number that is between these."""
    left, right = before.rstrip(" ({$\\"), after.lstrip(" )]}$\\")
    if before.endswith("}{") or after.startswith("}{"):  # above or below the line of a fraction
        return True
    if left.endswith(_OPERATORS) or right.startswith(_OPERATORS) or right.startswith(("times ", "cdot", "div", "pm")):
        return not right.startswith("times more")
    if before.rstrip().endswith(_WORD_OPERATORS) or after.startswith(_WORD_OPERATORS):
        return not re.match(r" times (?:as|more|less|the)\b", after)
    return bool(_MINUS_OR_X_BEFORE.search(before) or _MINUS_OR_X_AFTER.match(right))
