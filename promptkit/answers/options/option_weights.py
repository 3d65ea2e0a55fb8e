"""How much each sign for an option weighs, and the option for which most speaks.

The weights are those of a logistic model of which option a reply means, or none; they are fitted by
`python -m benchmarks.answers.fit_option_weights tests/answers/replies`, which prints the tables below.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import exp, log
from operator import mul
from typing import Final

from promptkit.answers.options.option_signs import Sign

_MANY = 3  # mentions

WEIGHTS: Final[Mapping[str, float]] = {
    "label": -0.07,
    "affirmed": 1.06,
    "text": 0.07,
    "words": -0.14,
    "alone": 0.76,
    "alone in clause": -0.47,
    "with others": -1.07,
    "first": 0.50,
    "last": 0.19,
    "concludes": 1.12,
    "opens": -0.04,
    "item": -0.92,
    "predicate": 0.32,
    "bold": 1.10,
    "only": 0.95,
    "contrasted": -1.27,
    "supposed": -1.41,
    "most again": 1.50,
    "value": -0.57,
    "result": 1.42,
    "with label": -0.88,
}
TOGETHER: Final[Mapping[tuple[str, str], float]] = {  # of two signs that are both seen
    ("text", "alone"): -0.22,
    ("first", "alone"): 1.03,
    ("last", "alone"): 0.21,
    ("bold", "alone"): 0.28,
    ("text", "predicate"): 0.65,
    ("concludes", "alone"): 1.12,
    ("opens", "first"): 0.23,
    ("opens", "last"): 0.40,
    ("value", "predicate"): -0.34,
    ("value", "alone"): 0.26,
    ("value", "bold"): 0.00,
}
SAID_AGAIN: Final = 0.54  # all words of the question
SAID_AGAIN_BY: Final[Mapping[str, float]] = {"alone": -0.03, "alone in clause": 1.01}
EACH_MENTION: Final = 0.63
ONCE: Final[Mapping[str, float]] = {"denied": -0.28, "rejected": 0.00}  # of any of its mentions
MENTIONS: Final = 0.49  # each of the first three


def likeliest(signs: Sequence[Sign]) -> tuple[str, float]:
    """The option for which most speaks, and how likely it is meant: 0 to 1, of all options and none."""
    named = {sign.label for sign in signs if sign.seen.isdisjoint(ONCE)}
    weight = {label: _weight([sign for sign in signs if sign.label == label]) for label in named}
    if not weight:
        return "", 0.0
    label = max(sorted(weight), key=weight.__getitem__)
    return label, exp(weight[label]) / (1 + sum(map(exp, weight.values())))


def left_alone(signs: Sequence[Sign], labels: Collection[str]) -> str:
    """The only one of more than two options that stands under no heading such as "Why not the others"."""
    against = {sign.label for sign in signs if "rejected" in sign.seen}
    left = set(labels) - against
    return left.pop() if len(left) == 1 and len(against) > 1 else ""


def signals(sign: Sign) -> list[float]:
    """The strength of each kind of evidence that a mention gives, in the order of the tables."""
    alone = (float(name in sign.seen) * sign.again for name in SAID_AGAIN_BY)
    both = (float(one in sign.seen and other in sign.seen) for one, other in TOGETHER)
    return [*(float(name in sign.seen) for name in WEIGHTS), *both, sign.again, *alone, 1.0]


def signals_at_all(signs: Sequence[Sign]) -> list[float]:
    """The same of all mentions of an option."""
    return [*(float(any(name in one.seen for one in signs)) for name in ONCE), float(min(_MANY, len(signs)))]


_EACH: Final = (*WEIGHTS.values(), *TOGETHER.values(), SAID_AGAIN, *SAID_AGAIN_BY.values(), EACH_MENTION)
_AT_ALL: Final = (*ONCE.values(), MENTIONS)


def _weight(signs: Sequence[Sign]) -> float:
    mentions = sum(exp(_dot(signals(sign), _EACH)) for sign in signs if sign.seen.isdisjoint(ONCE))
    return log(mentions) + _dot(signals_at_all(signs), _AT_ALL)


def _dot(signals: Sequence[float], weights: Sequence[float]) -> float:
    return float(sum(map(mul, signals, weights)))
