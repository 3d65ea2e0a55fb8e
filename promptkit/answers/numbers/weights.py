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
    "it is no term of a sum and no label: step 2": 1.73,
    "it has no other unit than the one asked for": 0.92,
    "it is not the number before it in another unit": 1.87,
    "it is in bold": 3.27,
    "it is exact, and a fraction was asked for": 0.37,
    "it stands in no clause of reasons, contrasts or rates": 1.94,
    "it stands in no clause about someone else": 1.49,
    "it is a total": 2.08,
    "it opens the sentence with the unit asked for": 0.15,
    "it follows the name of what was asked for": 1.86,
    "it is new and has the unit asked for": -0.23,
    "its equation has the name of what was asked for": 1.70,
    "each word in its clause by which an answer is known": 0.09,
    "so many words that ask are in its clause": 1.09,
    "it is explained after a colon or dash; -1 where it explains": 1.61,
    "no other clause has so many words of the question": 0.52,
    "a computation comes to it": -0.15,
    "a computation comes to it, and it stands late": 1.32,
    "it is new and follows a verb of result": 0.43,
    "it is new: the question did not give it": 1.25,
    "it has the unit asked for": 1.90,
    "it follows a verb of result": -0.09,
    "it is not mentioned by the way": 0.54,
    "it stands late": 1.76,
    "it is the first": 0.23,
    "a computation comes to it, and the question gave it": -0.69,
    "it has as many decimals as are asked for; -1: more": 1.44,
}
OF_SENTENCE: Final = {  # and of a number among all of the reply
    "so many sentences follow": -0.54,
    "so many sentences with numbers follow": -0.90,
    "it is in the last sentence with a number": 0.76,
    "its sentence opens as a conclusion": 1.14,
    "no sentence has more words by which an answer is known": 0.48,
    "so many of the words that ask are in its sentence": 1.94,
    "its line has the name of what was asked for": 1.76,
    "its sentence opens as a check": -1.02,
    "its sentence tells of more than was asked": -1.19,
    "its sentence tells of someone else": -0.48,
    "its sentence opens as a supposition": -0.74,
    "its sentence opens as advice": -0.42,
    "its sentence states what would be": -0.53,
    "its sentence opens as one that says it again": -1.43,
    "its sentence opens as one that gives reasons": -0.45,
    "its sentence opens with a circumstance that was not asked about": -1.02,
    "it is in the first sentence": -0.16,
    "it is all that the first sentence says": 0.67,
    "it is in a displayed formula": 1.51,
    "it is in an item of a list": -1.41,
    "its sentence has no other number": 1.57,
    "it is all that stands under a line with a colon": 1.68,
    "its sentence may well state it": 1.35,
    "its sentence may state it": 0.83,
    "it is new or was computed, and is in the last sentence with a number": -0.36,
    "it is in the first sentence, in bold or with the unit asked for": 0.49,
    "it stands where its sentence concludes": 1.66,
    "its sentence comes to it by words or signs": 0.93,
    "an earlier sentence computes it": 0.76,
    "it is computed with later on": -2.02,
    "it is a share, and none was asked for": -0.97,
    "its sentence hedges": -2.21,
    "the reply opens with it": 0.91,
    "the last sentence computes it, and the question gave it": 1.14,
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
