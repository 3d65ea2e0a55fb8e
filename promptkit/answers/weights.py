"""How much each kind of evidence for a number of a sentence weighs.

Fitted by `python -m benchmarks.answers.fit_weights tests/answers/replies`, which prints this table.
"""

from __future__ import annotations

from typing import Final

ANNOUNCED_AND_OPENS: Final = 0.5  # it is new and opens what was announced; set by hand: too few of the replies show it

WEIGHTS: Final = {
    "it is no term of a sum and no label: step 2": 1.89,
    "it has no other unit than the one asked for": 0.54,
    "it is not the number before it in another unit": 0.89,
    "it is in bold": 1.41,
    "it is exact, and a fraction was asked for": 0.05,
    "it stands in no clause of reasons, contrasts or rates": 3.01,
    "it is a total": 2.49,
    "it opens the sentence with the unit asked for": 0.17,
    "it follows the name of what was asked for": 1.24,
    "it is new and has the unit asked for": 1.35,
    "its equation has the name of what was asked for": 1.51,
    "each word in its clause by which an answer is known": 0.40,
    "no other clause has so many words of the question": 0.57,
    "a computation comes to it": 0.80,
    "a computation comes to it, and it stands late": 1.19,
    "it is new and follows a verb of result": 0.60,
    "it is new: the question did not give it": 2.18,
    "it has the unit asked for": 1.20,
    "it follows a verb of result": -0.17,
    "it is not mentioned by the way": 0.77,
    "it stands late": 2.18,
    "it is the first": 0.33,
}
