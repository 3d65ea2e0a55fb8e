"""What speaks for a number of a sentence, and how much each kind of it weighs.

The weights are fitted by `python -m benchmarks.answers.fit_weights tests/answers/replies`, which prints this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from operator import mul
from typing import Final

from promptkit.answers.quantity import Quantity

_LATE = 4  # numbers before one that stands late
_MANY = 3  # words of the question in a clause

ANNOUNCED_AND_OPENS: Final = 0.5  # it is new and opens what was announced; set by hand: too few of the replies show it

WEIGHTS: Final = {
    "it is no term of a sum and no label: step 2": 1.90,
    "it has no other unit than the one asked for": 0.64,
    "it is not the number before it in another unit": 0.94,
    "it is in bold": 1.31,
    "it is exact, and a fraction was asked for": 0.35,
    "it stands in no clause of reasons, contrasts or rates": 3.26,
    "it is a total": 2.45,
    "it opens the sentence with the unit asked for": 0.07,
    "it follows the name of what was asked for": 1.11,
    "it is new and has the unit asked for": 0.96,
    "its equation has the name of what was asked for": 1.63,
    "each word in its clause by which an answer is known": 0.59,
    "no other clause has so many words of the question": 0.62,
    "a computation comes to it": 0.99,
    "a computation comes to it, and it stands late": 1.25,
    "it is new and follows a verb of result": 0.65,
    "it is new: the question did not give it": 2.00,
    "it has the unit asked for": 1.41,
    "it follows a verb of result": -0.12,
    "it is not mentioned by the way": 0.45,
    "it stands late": 2.03,
    "it is the first": 0.32,
}


@dataclass(frozen=True)
class Evidence:
    """What speaks for a number of a sentence. `heaviest` is the one place where it is weighed."""

    number: Quantity
    opens: bool
    bold: bool
    equals: bool
    unit: bool
    verb: bool
    new: bool
    aside: bool
    reason: bool
    operand: bool
    label: bool
    total: bool
    exact: bool
    other_unit: bool
    called: bool
    named: int
    again: bool
    about: int
    subject: int
    concluded: bool
    place: int

    def signals(self, *, most_told: bool, first: bool) -> tuple[float, ...]:
        """The strength of each kind of evidence, in the order of `WEIGHTS`."""
        late = min(self.place, _LATE) / _LATE
        return (
            not self.operand and not self.label,
            not self.other_unit,
            not self.again,
            self.bold,
            self.exact,
            not self.reason,
            self.total,
            self.opens and self.unit and self.new,
            self.called and self.new and not self.verb,
            self.unit and self.new,
            self.named,
            min(self.about, _MANY),
            most_told,
            self.derived,
            self.derived * late,
            self.verb and self.new and not self.aside,
            self.new,
            self.unit,
            self.verb,
            not self.aside,
            late,
            first,
        )

    @property
    def told(self) -> int:
        """How many words of the question its clause has; those by which an answer is known count twice."""
        return self.about + self.subject

    @property
    def derived(self) -> bool:
        """Whether it is what a computation comes to."""
        return self.equals or (self.concluded and self.new)


def heaviest(found: Sequence[Evidence], *, announced: bool) -> Evidence:
    """The number for which most speaks; of those with as much the last."""
    if len(found) == 1:
        return found[0]
    best, most = found[0], -inf
    for one, signals in zip(found, signals_of(found), strict=True):
        opens = ANNOUNCED_AND_OPENS if announced and one.opens and one.new else 0.0
        if (weight := opens + sum(map(mul, WEIGHTS.values(), signals))) >= most:
            best, most = one, weight
    return best


def signals_of(found: Sequence[Evidence]) -> list[tuple[float, ...]]:
    """The strength of each kind of evidence for each number of a sentence."""
    told = [one.told for one in found]
    least, most = min(told), max(told)
    return [one.signals(most_told=one.told == most > least, first=one is found[0]) for one in found]
