"""Which number of the last sentences of a reply is its answer: all evidence for each is weighed together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from promptkit.answers.numbers.asked import Asked
from promptkit.answers.numbers.results import Result, results
from promptkit.answers.numbers.statements import PERCENT, Statement, named
from promptkit.answers.numbers.weights import OF_NUMBER, weight_of

_MANY = 10  # sentences after one
_SOME = 6  # of these with numbers
_SHARED = 4  # words
_FEW = 3  # words of a sentence that is a number and its unit
_DISPLAYED = re.compile(r"^\s*(?:\$\$|\\\[)|(?:\$\$|\\\])\s*\.?$")
_DISPLAYS = ("\\[", "$$")
_ITEM = re.compile(r"^\s*(?:[-*•+]\s|\d{1,2}[.)]\s)")


class Candidate(NamedTuple):
    """A number that may be the answer.

    Attributes:
        signals: the strength of each kind of evidence, in the order of `WEIGHTS`.
        listed: it is in an item of a list.
        stated: its sentence may state it as the answer; a check, a mere reason or a bound does not.
    """

    result: Result
    signals: tuple[float, ...]
    listed: bool
    stated: bool

    @property
    def weight(self) -> float:
        """How much speaks for it."""
        return weight_of(self.signals)


_TOTAL = list(OF_NUMBER).index("it is a total")


class _Line(NamedTuple):
    """A sentence with numbers, its place from the end, the sentence before it, and if it opens the reply."""

    statement: Statement
    place: int
    before: str
    opens: bool
    found: list[tuple[Result, tuple[float, ...]]]


def candidates(sentences: Sequence[str], asked: Asked, *, whole: bool) -> list[Candidate]:
    """The numbers of `sentences`, of which the last one is the first, with what speaks for each.

    Args:
        sentences: of a reply.
        asked: what was asked.
        whole: whether the last of `sentences` opens the reply.
    """
    lines = [
        _Line(
            Statement(sentence, asked),
            place,
            before=next((line for line in sentences[place + 1 :] if not line.startswith("```")), ""),
            opens=whole and place == len(sentences) - 1,
            found=found,
        )
        for place, sentence in enumerate(sentences)
        if (found := results(sentence, asked, opens=whole and place == len(sentences) - 1))
    ]
    called = named([line.statement for line in lines])
    most = max((line.statement.about for line in lines), default=0)
    terms: set[Fraction | None] = set()  # of sums that come later
    values = [[result.number.value for result, _ in line.found if result.equals] for line in lines]
    ranked: list[Candidate] = []
    for rank, line in enumerate(lines):
        statement = line.statement
        sentence = statement.sentence
        computed = {value for earlier in values[rank + 1 :] for value in earlier}
        listed = bool(_ITEM.match(sentence))
        only = len({result.number.value for result, _ in line.found}) == 1
        of_sentence = (
            min(line.place, _MANY) / _MANY,
            min(rank, _SOME) / _SOME,
            rank == 0,
            statement.concludes,
            0 < most == statement.about,
            min(len(asked.words & statement.words), _SHARED) / _SHARED,
            statement is called,
            statement.checks,
            statement.sums_up,
            statement.elsewhere,
            statement.supposes,
            statement.advises,
            statement.unreal,
            statement.restates,
            statement.explains,
            statement.circumstance,
            line.opens,
            line.opens and len(sentence.split()) <= _FEW,
            bool(_DISPLAYED.search(sentence)) or line.before.strip() in _DISPLAYS,
            listed,
            only,
            line.before.endswith(":") and len(sentence.split()) <= _FEW,
        )
        for result, signals in reversed(line.found):
            number = result.number
            if number.value in terms:  # a total with which is computed later on is a step
                signals = (*signals[:_TOTAL], 0.0, *signals[_TOTAL + 1 :])
            weight = statement.weight(result)
            of_number = (
                weight > 1,
                weight > 0,
                (result.new or number.value in computed) and rank == 0,
                line.opens and (result.unit or result.bold),
                result.concludes,
                result.computed,
                number.value in computed,
                number.value in terms,
                bool(PERCENT.match(sentence, number.end)) and not asked.percent,
                result.quantity.value is None and not result.operand,
                line.opens and result.opens,
                rank == 0 and result.equals and not (result.new or statement.checks),
            )
            ranked.append(Candidate(result, signals + of_sentence + of_number, listed, weight > 0))
            if result.operand:
                terms.add(number.value)
    return ranked


def likeliest(found: Sequence[Candidate]) -> Candidate | None:
    """The number for which most speaks, a term of a sum only where all are; of those with as much the later one."""
    return max(found, key=lambda one: (not one.result.operand, one.weight)) if found else None
