"""An answer found in a reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Json: TypeAlias = "None | bool | int | Decimal | str | list[Json] | dict[str, Json]"
AnswerValue: TypeAlias = "Fraction | date | Json"


@dataclass(frozen=True)
class Answer:
    """An answer found in a reply.

    Attributes:
        value: typed and exact: a `Fraction` for a number or an expression's value, a `date`, the letter of a choice, the
            label as the task spells it, the text, or the JSON value (its decimal numbers are `Decimal`).
        text: the words it was read from.
        how: the rule that found it, a stable name such as `"answer is"`, `"boxed"`, `"final line"` or `"last number"`.
        key: its canonical form. Equal answers have equal keys, so votes are counted and grades given by it.
        explicit: whether the reply presented it as its answer. If not, it is a guess at what the reply comes to.
    """

    value: AnswerValue = field(hash=False)
    text: str
    how: str
    key: str
    explicit: bool
