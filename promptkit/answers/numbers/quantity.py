"""A number in a text."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


class Quantity(NamedTuple):
    """A number in a text, and its exact value; `None` for what has digits and is no number: 3:1, ±3, 2:30 pm."""

    start: int
    end: int
    value: Fraction | None
    text: str
