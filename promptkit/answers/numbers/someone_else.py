"""Whether a clause tells of someone else than the one who was asked about: "Ann scored 27 points, Bea 31"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from promptkit.answers.numbers.asked import Asked
from promptkit.answers.prose.topic import stem

_A_NAME = re.compile(r"(?<!\w)[^\W\d_a-zß-öø-ÿа-я]\w+")  # words that begin with a capital letter
_FIRST_NAME = re.compile(r"\W*(?:and\s|but\s|while\s)?([A-Z][a-z]+)\b")


@dataclass(frozen=True)
class Others:
    """Who the clauses of a sentence tell of.

    Attributes:
        text: the sentence.
        starts: where its clauses begin, but for the first.
        asked: what was asked.
    """

    text: str
    starts: tuple[int, ...]
    asked: Asked

    def tells(self, clause: str) -> bool:
        """Whether `clause` begins with the name of someone else than the question, or another clause, tells of."""
        names = frozenset(stem(name.lower()) for name in _A_NAME.findall(clause))
        if not names.isdisjoint(self.asked.others):
            return names.isdisjoint(self.asked.words)
        if not (found := _FIRST_NAME.match(clause)):
            return False
        return self._tells_of_asked and stem(found[1].lower()) not in self.asked.words

    @cached_property
    def _tells_of_asked(self) -> bool:
        """Whether a clause begins with a name that the question asks about."""
        names = (_FIRST_NAME.match(self.text, start) for start in self.starts)
        return any(name and stem(name[1].lower()) in self.asked.words for name in names)
