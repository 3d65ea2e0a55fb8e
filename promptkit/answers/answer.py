"""An answer found in a reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

Json: TypeAlias = "bool | int | Decimal | str | list[Json] | dict[str, Json] | None"
AnswerValue: TypeAlias = "Fraction | date | Json"


@dataclass(frozen=True)
class Answer:
    """An answer found in a reply.

    Attributes:
        value: typed and exact: a `Fraction` for a number and for the value of an expression, a `date`, the letter of a
            choice, a label as the task spells it, a text, or a JSON value (whose decimal numbers are `Decimal`).
        text: the words it was read from.
        rule: which rule found it, a stable name such as `"answer is"`, `"boxed"`, `"final line"` or `"last number"`.
        key: its canonical form. Equal answers have equal keys, so votes are counted by it.
        explicit: whether the reply presented it as its answer; if not, it is our guess at what the reply comes to.
        context: of kind `text`, what the reply says that it was read from; grading looks for its target there.
    """

    value: AnswerValue = field(hash=False)
    text: str
    rule: str
    key: str
    explicit: bool
    context: str = field(default="", compare=False, repr=False)
