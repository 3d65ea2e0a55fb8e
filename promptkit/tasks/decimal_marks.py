"""Targets that mean two numbers: 1.500 and 1,500 in a column that also has 1,35."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptkit.tasks.problems import Unusable

_DECIMAL_COMMA = re.compile(r"[-+−]?(?:\d+,(?:\d{1,2}|\d{4,9})|0,\d{3})")
_EITHER = re.compile(r"([-+−]?[1-9]\d{0,2})[.,](\d{3})")


def has_decimal_comma(targets: Iterable[str]) -> bool:
    """Whether one of these can only be read with a comma as its decimal mark."""
    return any(_DECIMAL_COMMA.fullmatch(target.strip()) for target in targets)


def refuse_either(target: str) -> None:
    """Refuse a target that is a thousand times as much in the one notation as in the other.

    Raises:
        Unusable: names both readings, each as it can be written without doubt.
    """
    if found := _EITHER.fullmatch(target.strip()):
        whole, digits = found.groups()
        fraction = digits.rstrip("0") or "0"
        if len(fraction) == len(digits):
            fraction += "0"  # three digits are what leaves a doubt
        raise Unusable(
            f"its target {target.strip()!r} may be {whole}{digits} or {whole},{fraction}, since other targets have a "
            "decimal comma; write one of these"
        )
