"""One of a few given labels (yes/no, True/False, valid/invalid), as a whole word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from promptkit.answers.polarity import polarity
from promptkit.answers.prose import NO_ANSWER, ProseReader, Reading, bare, first_sentence
from promptkit.errors import UsageError

_NOT = r"(?:\bnot\s+(?:(?:\w+ly|a|the|be)\s+){0,2}|n't\s+(?:be\s+)?|[不非未無无沒没]\s?)"
_DETERMINER = r"(?!\s+(?!because|since|as|but|for|it|they|he|she|we|you|this|that)[a-z])"  # "no evidence", "no longer"
_LEAD = r"""[\s*_`"'$(\[{:>-]*+"""
_CLOSE = r"""[*"')\]}]{0,4}\s*(?:[.,:;!\n-]|$)"""


@lru_cache(maxsize=64)
def _patterns(labels: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A label as a whole word, with the negation before it; and a label that opens or closes a clause."""
    names = sorted(labels, key=len, reverse=True)
    words = "|".join(re.escape(name) + (_DETERMINER if name.lower() == "no" else "") for name in names)
    label = rf"(?<![a-z0-9_-])(?P<label>{words})(?![a-z0-9_]|-[a-z])"
    return (
        re.compile(rf"(?P<negated>{_NOT})?{label}", re.IGNORECASE),
        re.compile(rf"{_LEAD}{label}(?={_CLOSE})", re.IGNORECASE),
    )


@dataclass(frozen=True)
class LabelReader(ProseReader):
    """Finds one of `labels`. Two labels in one place are a hedge; of two labels "not" one means the other.

    Attributes:
        labels: the labels, as the task spells them.
        question: what was asked, to understand an answer to a yes/no question that says neither word.
    """

    labels: tuple[str, ...]
    question: str = ""

    def alone(self, piece: str) -> Reading | None:
        said = bare(piece).strip("()[]").casefold()
        return next((Reading(name, piece.strip(), name) for name in self.labels if name.casefold() == said), None)

    def stated(self, piece: str) -> Reading | None:
        opening = self.opening(piece)
        return opening[1] if opening else self._only(first_sentence(piece))

    def opening(self, text: str) -> tuple[str, Reading] | None:
        found = _patterns(self.labels)[1].match(text)
        return ("opening word", self._reading(found)) if found else None

    def implied(self, last: str, text: str) -> tuple[str, Reading] | None:
        if reading := self._only(last):
            return "last label", reading
        if {name.casefold() for name in self.labels} != {"yes", "no"}:
            return None
        says = polarity(last, self.question)
        if says is None:
            return None
        name = next(name for name in self.labels if name.casefold() == ("yes" if says else "no"))
        return "implied", Reading(name, last, name)

    def target(self, target: str) -> str:
        reading = self.alone(target)
        if not reading:
            raise UsageError(f"The target {target!r} is none of the labels {', '.join(self.labels)}.")
        return reading.key

    def _reading(self, found: re.Match[str]) -> Reading:
        said = found["label"].casefold()
        name = next(name for name in self.labels if name.casefold() == said)
        return Reading(name, found[0].strip(), name)

    def _only(self, sentence: str) -> Reading | None:
        """The label that `sentence` names, `NO_ANSWER` if it names several."""
        readings = {reading.key: reading for reading in self._named(sentence)}
        return None if not readings else NO_ANSWER if len(readings) > 1 else next(iter(readings.values()))

    def _named(self, sentence: str) -> Iterator[Reading]:
        for found in _patterns(self.labels)[0].finditer(sentence):
            reading = self._reading(found)
            if not found["negated"]:
                yield reading
            elif len(self.labels) == 2:
                other = self.labels[1 - self.labels.index(reading.key)]
                yield Reading(other, reading.text, other)
