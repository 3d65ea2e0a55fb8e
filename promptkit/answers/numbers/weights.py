"""What speaks for a number of a sentence, and how much each kind of it weighs.

The weights are fitted by `python -m benchmarks.answers.fit_weights tests/answers/replies`, which prints this table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from operator import mul
from typing import Final

from promptkit.answers.numbers.quantity import Quantity

_LATE = 4  # numbers before one that stands late
_MANY = 3  # words of the question in a clause

ANNOUNCED_AND_OPENS: Final = 0.5  # it is new and opens what was announced; set by hand: too few of the replies show it

OF_NUMBER: Final = {  # in its sentence
    "it is no term of a sum and no label: step 2": 1.79,
    "it has no other unit than the one asked for": 0.88,
    "it is not the number before it in another unit": 1.89,
    "it is in bold": 3.31,
    "it is exact, and a fraction was asked for": 0.36,
    "it stands in no clause of reasons, contrasts or rates": 2.01,
    "it stands in no clause about someone else": 1.49,
    "it is a total": 2.53,
    "it opens the sentence with the unit asked for": 0.26,
    "it follows the name of what was asked for": 1.87,
    "it is new and has the unit asked for": -0.14,
    "its equation has the name of what was asked for": 1.70,
    "each word in its clause by which an answer is known": 0.10,
    "so many words that ask are in its clause": 1.03,
    "it is explained after a colon or dash; -1 where it explains": 1.65,
    "no other clause has so many words of the question": 0.51,
    "a computation comes to it": -0.13,
    "a computation comes to it, and it stands late": 1.28,
    "it is new and follows a verb of result": 0.44,
    "it is new: the question did not give it": 1.22,
    "it has the unit asked for": 1.89,
    "it follows a verb of result": -0.07,
    "it is not mentioned by the way": 0.52,
    "it stands late": 1.75,
    "it is the first": 0.23,
    "a computation comes to it, and the question gave it": -0.75,
    "it has as many decimals as are asked for; -1: more": 1.44,
}
OF_SENTENCE: Final = {  # and of a number among all of the reply
    "so many sentences follow": -0.58,
    "so many sentences with numbers follow": -0.96,
    "it is in the last sentence with a number": 0.70,
    "its sentence opens as a conclusion": 1.27,
    "no sentence has more words by which an answer is known": 0.51,
    "so many of the words that ask are in its sentence": 1.95,
    "its line has the name of what was asked for": 1.79,
    "its sentence opens as a check": -0.97,
    "its sentence tells of more than was asked": -1.21,
    "its sentence tells of someone else": -0.50,
    "its sentence opens as a supposition": -0.76,
    "its sentence opens as advice": -0.44,
    "its sentence states what would be": -0.19,
    "its sentence opens as one that says it again": -1.43,
    "its sentence opens as one that gives reasons": -0.45,
    "its sentence opens with a circumstance that was not asked about": -0.99,
    "it is in the first sentence": -0.06,
    "it is all that the first sentence says": 0.63,
    "it is in a displayed formula": 1.60,
    "it is in an item of a list": -1.40,
    "its sentence has no other number": 1.63,
    "it is all that stands under a line with a colon": 1.71,
    "its sentence may well state it": 1.33,
    "its sentence may state it": 0.78,
    "it is new or was computed, and is in the last sentence with a number": -0.25,
    "it is in the first sentence, in bold or with the unit asked for": 0.47,
    "it stands where its sentence concludes": 1.67,
    "its sentence comes to it by words or signs": 0.93,
    "an earlier sentence computes it": 0.73,
    "it is computed with later on": -1.89,
    "it is a share, and none was asked for": -0.96,
    "its sentence hedges": -2.20,
    "the reply opens with it": 0.89,
    "the last sentence computes it, and the question gave it": 0.72,
}
WEIGHTS: Final = (*OF_NUMBER.values(), *OF_SENTENCE.values())


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
    elsewhere: bool
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
    explained: int
    place: int
    fits: int

    def signals(self, *, most_told: bool, first: bool) -> tuple[float, ...]:
        """The strength of each kind of evidence, in the order of `OF_NUMBER`."""
        late = min(self.place, _LATE) / _LATE
        return (
            not self.operand and not self.label,
            not self.other_unit,
            not self.again,
            self.bold,
            self.exact,
            not self.reason,
            not self.elsewhere,
            self.total,
            self.opens and self.unit and self.new,
            self.called and self.new and not self.verb,
            self.unit and self.new,
            self.named,
            min(self.about, _MANY),
            min(self.subject, _MANY) / _MANY,
            self.explained,
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
            self.equals and not self.new,
            self.fits,
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
        if (weight := opens + weight_of(signals)) >= most:
            best, most = one, weight
    return best


def signals_of(found: Sequence[Evidence]) -> list[tuple[float, ...]]:
    """The strength of each kind of evidence for each number of a sentence."""
    told = [one.told for one in found]
    least, most = min(told), max(told)
    return [one.signals(most_told=one.told == most > least, first=one is found[0]) for one in found]


def weight_of(signals: Sequence[float]) -> float:
    """How much speaks for a number with these `signals`, in the order of `WEIGHTS`; of its sentence or among all."""
    total: float = sum(map(mul, WEIGHTS, signals))
    return total
