"""Targets that mean two numbers: 1.500 and 1,500 in a column that also has 1,35, or 1.500 where nothing tells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from promptkit.tasks.problems import Unusable

_DECIMAL_COMMA = re.compile(r"[-+−]?(?:\d+,(?:\d{1,2}|\d{4,9})|0,\d{3})")
_POINTS_GROUP = re.compile(r"[-+−]?[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|[-+−]?[1-9]\d{0,2}\.\d{3},\d+")
_DECIMAL_POINT = re.compile(
    r"[-+−]?(?:\d*\.(?:\d{1,2}|\d{4,})|0*\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,})"
)
_EITHER = re.compile(r"([-+−]?[1-9]\d{0,2})[.,](\d{3})")
_NAMED = 3  # targets in a note


def has_decimal_comma(targets: Iterable[str]) -> bool:
    """Whether one of these can only be read with a comma as its decimal mark: 1,35, or 1.234.567 with points."""
    return any(_DECIMAL_COMMA.fullmatch(one) or _POINTS_GROUP.fullmatch(one) for one in map(str.strip, targets))


def doubtful_points(targets: Iterable[str]) -> str:
    """How targets such as 1.500 are read where no other one shows what a point is; empty where there is no doubt."""
    written = [target.strip() for target in targets]
    doubtful = [one for one in written if "." in one and _EITHER.fullmatch(one)]
    if not doubtful or any(_DECIMAL_POINT.fullmatch(one) for one in written):
        return ""
    shown = ", ".join(dict.fromkeys(doubtful[:_NAMED])) + (", …" if len(doubtful) > _NAMED else "")
    read = f"the point of {shown} is read as a decimal point, for no other target shows what it is"
    return f"{read}; write {doubtful[0].replace('.', '')} if it groups thousands"


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
            "decimal comma or points between thousands; write one of these"
        )
