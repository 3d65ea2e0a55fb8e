"""A number that is the one before it again, in another unit: "1.5 km (or 1500 m)"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from promptkit.answers.numbers.asked import Asked, compound_unit, first_unit
from promptkit.answers.numbers.quantity import Quantity
from promptkit.answers.numbers.units import MEASURES

_AGAIN = re.compile(
    r"^\s?(?:[^\d=+*/×]|/(?=[a-z])){0,30}?(?:=|≈|≅|\\approx|\bi\.e\.|\bthat(?:'s|’s| is)|\bor\b|\bwhich is\b"
    r"|\bequivalent to|\()\s?"
    r"(?:about|around|roughly|approximately|approx\.?)?[\s$~*(]*$"
)
_OF_A = re.compile(r"^\s?(?:of\s)?an?\s")


def is_conversion(former: Quantity, between: str, after: str, asked: Asked) -> bool:
    """Whether a number before `after` is the `former` one in another unit, with this text `between` them."""
    if not _AGAIN.search(between) or ("=" in between and not asked.is_unit(former, "", between)):
        return False
    one, other = first_unit(between), first_unit(after)
    return one in MEASURES and other in MEASURES and compound_unit(between + " ") + one != compound_unit(after) + other


def loses_unit(text: str, numbers: Sequence[Quantity], asked: Asked, start: int) -> bool:
    """Whether one of `numbers` before `start` has the measure that was `asked` for, and all after it have others."""
    unit = asked.unit[:1]
    if not unit or unit[0] not in MEASURES:
        return False
    has = [(first_unit(_OF_A.sub("", text[number.end :])), number) for number in numbers]
    if not any(one == unit[0] and asked.is_new(number) and number.start < start for one, number in has):
        return False
    return all(one in MEASURES and one != unit[0] for one, number in has if number.start >= start)
