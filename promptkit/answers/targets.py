"""What stands in the place of one right answer, in its text: several of which any counts, and how near is near enough.

`{"any of": ["Shakespeare", "William Shakespeare"]}` and `3.14 ± 0.01` are targets as records and reports show them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from fractions import Fraction

from promptkit.errors import UsageError

_SEVERAL = '{"any of": ['
_TOLERANCE = re.compile(r"\s*±\s*(\d{1,30}(?:\.\d{1,30})?(?:e-?\d{1,2})?)\s*(%?)\s*")
_WITH_COMMA = re.compile(r"\s*(?:0,\d+|\d+,(?!\d{3}\s*%?\s*$)\d+)\s*%?\s*")


def any_of(targets: Sequence[str]) -> str:
    """The target that stands for all of these, each of which is right; a single one is itself."""
    different = list(dict.fromkeys(targets))
    return different[0] if len(different) == 1 else json.dumps({"any of": different}, ensure_ascii=False)


def each_target(target: str) -> tuple[str, ...]:
    """The right answers that `target` stands for; most are just one."""
    if target.startswith(_SEVERAL):
        try:
            found = json.loads(target)["any of"]
        except ValueError:
            return (target,)
        if found and all(isinstance(one, str) for one in found):
            return tuple(found)
    return (target,)


def shown_target(target: str) -> str:
    """A target as people read it: several right answers are `"Shakespeare" or "William Shakespeare"`."""
    several = each_target(target)
    return target if several == (target,) else " or ".join(f'"{one}"' for one in several)


def with_tolerance(target: str, tolerance: str) -> str:
    """The target that is reached within `tolerance`: a number such as 0.01, or a share of the target such as 1%.

    A comma may stand for the point, but in 1,000, which could be a thousand.

    Raises:
        UsageError: `tolerance` is neither.
    """
    if _WITH_COMMA.fullmatch(tolerance):
        tolerance = tolerance.replace(",", ".")
    written = f"{target} ± {tolerance}"
    if not tolerance.strip() or _TOLERANCE.fullmatch(f"±{tolerance}") is None:
        raise UsageError(
            f"`tolerance` is a number, such as 0.01, or a share of the target, such as 1%, got {tolerance!r}"
        )
    return written


def parted(target: str) -> tuple[str, Fraction | None, bool]:
    """A target and its tolerance, if it has one, and whether that is a share of the target."""
    number, _, after = target.rpartition("±")
    found = _TOLERANCE.fullmatch(f"±{after}") if number else None
    if not found:
        return target, None, False
    return number.strip(), Fraction(found[1]) / (100 if found[2] else 1), bool(found[2])
