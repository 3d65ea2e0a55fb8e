"""One of a few given labels (yes/no, True/False, valid/invalid), as a whole word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from promptkit.answers.answer import Answer
from promptkit.answers.polarity import polarity
from promptkit.answers.prose import conclusion, first_sentence, last_sentences, strip_markup
from promptkit.answers.reader import NO_ANSWER, Candidate, Reader
from promptkit.errors import UsageError

_NOT = r"(?:\bnot\s+(?:(?:\w+ly|a|the|be)\s+){0,2}|n't\s+(?:be\s+)?|[不非未無无沒没]\s?)"
_NOT_A_DETERMINER = r"(?!\s+(?!because|since|as|but|for|it|they|he|she|we|you|this|that)[a-z])"  # "no evidence"
_JOINED = r"(?:or|and|或|和)?\W{0,4}"
_BEFORE = r"""[\s*_`"'$(\[{:>-]*+"""
_AFTER = r"""[*"')\]}]{0,4}\s*(?:[.,:;!\n-]|$)"""


@lru_cache(maxsize=64)
def _patterns(labels: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A label as a whole word, with its negation; one that opens a text and stands by itself; two joined in a row."""
    names = sorted(labels, key=len, reverse=True)
    words = "|".join(re.escape(name) + (_NOT_A_DETERMINER if name.lower() == "no" else "") for name in names)
    label = rf"(?<![a-z0-9_-])(?P<label>{words})(?![a-z0-9_]|-[a-z])"
    return (
        re.compile(rf"(?P<negated>{_NOT})?{label}", re.IGNORECASE),
        re.compile(rf"{_BEFORE}{label}(?={_AFTER})", re.IGNORECASE),
        re.compile(rf"(?<![a-z0-9_-])(?:{words})\W{{1,4}}{_JOINED}(?:{words})(?![a-z0-9_])", re.IGNORECASE),
    )


@dataclass(frozen=True)
class LabelReader(Reader):
    """Finds one of `labels`. Several of them in one place are a hedge; "not" and one of two labels is the other.

    Attributes:
        labels: the labels, as the task spells them.
        question: what was asked, to understand an answer to a yes/no question that has neither word.
    """

    labels: tuple[str, ...]
    question: str = ""

    def _parse_whole(self, piece: str) -> Candidate | None:
        return self._label(strip_markup(piece).strip("()[]"), piece)

    def _parse_announced(self, piece: str) -> Candidate | None:
        return self._opening(piece) or self._only(first_sentence(piece))

    def _infer(self, text: str) -> Answer | None:
        last_line = text[text.rstrip().rfind("\n") + 1 :]
        if opening := self._opening(last_line) or self._opening(text):
            return opening.found("opening word", explicit=True)
        named = self._only(next(iter(last_sentences(text)), ""))
        if named:
            return named.found("last label", explicit=False)
        implied = self._implied(conclusion(text))
        return implied.found("implied", explicit=False) if implied else None

    def _target(self, target: str) -> str:
        reading = self._parse_whole(target)
        if not reading:
            raise UsageError(f"the target {target!r} is not one of the labels {', '.join(self.labels)}")
        return reading.key

    def _label(self, name: str, text: str) -> Candidate | None:
        wanted = name.casefold()
        return next(
            (Candidate(label, text.strip(), label) for label in self.labels if label.casefold() == wanted), None
        )

    def _opening(self, text: str) -> Candidate | None:
        found = _patterns(self.labels)[1].match(text)
        return self._label(found["label"], found[0]) if found else None

    def _only(self, sentence: str) -> Candidate | None:
        """The label that `sentence` names; `NO_ANSWER` if it names several."""
        if _patterns(self.labels)[2].search(sentence):
            return NO_ANSWER
        readings = {reading.key: reading for reading in self._named(sentence)}
        return NO_ANSWER if len(readings) > 1 else next(iter(readings.values()), None)

    def _named(self, sentence: str) -> Iterator[Candidate]:
        for found in _patterns(self.labels)[0].finditer(sentence):
            reading = self._label(found["label"], found[0])
            if reading and not found["negated"]:
                yield reading
            elif reading and len(self.labels) == 2:
                other = self.labels[1 - self.labels.index(reading.key)]
                yield Candidate(other, reading.text, other)

    def _implied(self, sentence: str) -> Candidate | None:
        """What `sentence` comes to where the labels are yes and no, and it has neither."""
        if {name.casefold() for name in self.labels} != {"yes", "no"}:
            return None
        affirms = polarity(sentence, self.question)
        return None if affirms is None else self._label("yes" if affirms else "no", sentence)
