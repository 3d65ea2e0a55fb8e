"""What a sentence of a reply does: it concludes, supposes, advises, tells of someone else, names its number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import promptkit.answers.words.cues as cues
from promptkit.answers.numbers.asked import Asked
from promptkit.answers.numbers.circumstances import opens_with_another
from promptkit.answers.numbers.results import Result
from promptkit.answers.prose.sentences import checks, concludes, explains
from promptkit.answers.prose.topic import stems
from promptkit.answers.words.phrases import lower_phrase, one_of

_FEW = 3  # words of a sentence that is a number and its unit
_HEAD = 100  # characters
_SUPPOSES = lower_phrase(rf"[\s*_#]*{one_of(cues.SUPPOSES)}")
_ADDS = lower_phrase(rf"[\s*_#>(-]*{one_of(cues.ADDS)}")
_NAMED = re.compile(r"[\s*_#>-]{0,8}(\w[\w '/-]{1,40}?)[*_]{0,3}\s?[:=][\s*_$€£(\\-]*\d")
_UNREAL = lower_phrase(cues.UNREAL)
_A_VERB = re.compile(r"\b(?:is|are|was|were|has|have|gives?|we|she|he|they|it)\b")
_TOTALS = stems("total sum altogether overall combined result together gesamt insgesamt summe somme suma")
_ADVISES = lower_phrase(rf"[\s*_#>(-]*{one_of(cues.ADVISES)}\b")
_OF_EACH = lower_phrase(r"[\s*_#>(-]*(?:each|every|one|a single)\b")
_FIRST_WORD = re.compile(r"[\s*_]*(?:And |But )?([A-Z][a-z]+)(?:'s)? ")
_RELATIVE = re.compile(
    r"[\s*_]*(?:And |But )?(?:His|Her|Their) (?:\w+ )?((?:grand)?(?:sister|brother|mother|father|wife|husband|friend"
    r"|son|daughter|cousin|uncle|aunt|neighbou?r|colleague|classmate|boss|teacher|partner|parents))s?\b"
)
PERCENT = re.compile(r"[*_]{0,2}\s?(?:\\?%|per ?cent\b|prozent\b)", re.IGNORECASE)
_SELF_RATED = lower_phrase(
    r"\bmy (?:confidence|certainty)\b|\bconfiden(?:ce|t)\b[^.]{0,20}\d|\b\d+ ?% (?:sure|certain|confident)\b"
)
_NAMES_IT = lower_phrase(
    r"[\s*_#>(-]*(?:so |and )?the (?:\w+ ){0,3}(?:value|number|one|term|element|item|result) is "
    r"[*_$\\(]*-?\d[\d.,/]*\W*$"
)
_RESTATES = lower_phrase(rf"[\s*_#>(-]*{one_of(cues.RESTATES)}")
_EXAMPLE = lower_phrase(rf"[\s*_#>(-]*{one_of(cues.EXAMPLES)}\b")


@dataclass(frozen=True)
class Statement:
    """A sentence of a reply, and what was asked."""

    sentence: str
    asked: Asked

    @cached_property
    def _head(self) -> str:
        return self.sentence[:_HEAD].lower()

    @cached_property
    def checks(self) -> bool:
        """Whether it opens as a check of an answer already given does."""
        return checks(self.sentence)

    @cached_property
    def supposes(self) -> bool:
        """Whether it opens as one does about what is not so."""
        return bool(_SUPPOSES.match(self._head))

    @cached_property
    def advises(self) -> bool:
        """Whether it opens as advice does."""
        return bool(_ADVISES.match(self._head))

    @cached_property
    def restates(self) -> bool:
        """Whether it opens as one does that says a number again in another way."""
        return bool(_RESTATES.match(self._head))

    @cached_property
    def explains(self) -> bool:
        """Whether it opens as one does that gives reasons."""
        return explains(self.sentence)

    @cached_property
    def concludes(self) -> bool:
        """Whether it opens as a conclusion does."""
        return concludes(self.sentence) and not self.sums_up

    @cached_property
    def about(self) -> int:
        """How many of the words by which an answer is known it has."""
        return len(self.asked.topic & self.words) if self.asked.topic else 0

    @cached_property
    def words(self) -> frozenset[str]:
        """The stems of its words."""
        return stems(self.sentence)

    def weight(self, found: Result) -> int:
        """2 where `found` in it may well be the answer, 1 where that is beside the point, 0 where it is none."""
        head = self._head
        if found.quantity.value is None and not found.strong:
            return 0
        if found.bound or (not self.concludes and self.advises):
            return int(found.bound or found.new)
        if self.checks or _SELF_RATED.search(head) or (not found.new and self.supposes):
            return 0
        if (
            self.asked.unit
            and not (self.asked.percent or found.unit)
            and PERCENT.match(self.sentence, found.quantity.end)
        ):
            return 1  # a share beside the number of things that was asked for
        if self.concludes:
            return 2
        new = found.new or not self.asked.given
        if not (found.strong or (new and not self.explains)):
            return int(found.main and (found.unit or self.about > 0 or bool(_NAMES_IT.match(head))))
        beside = (
            not found.main
            or self.sums_up
            or (not found.computed and self.supposes)
            or _EXAMPLE.match(head)
            or (not self.asked.rate and not found.unit and bool(_OF_EACH.match(head)))
            or (not self.asked.difference and _ADDS.match(head))
        )
        return int(new) if beside else 2

    @cached_property
    def name(self) -> frozenset[str]:
        """The words before the colon, or the equals sign, of a line such as "Profit: $40"."""
        found = _NAMED.match(self.sentence)
        return stems(found[1]) if found and not _A_VERB.search(found[1]) else frozenset()

    @cached_property
    def unreal(self) -> bool:
        """Whether it states what would be, where that was not asked."""
        return not self.asked.unreal and bool(_UNREAL.search(self.sentence.lower()))

    @cached_property
    def circumstance(self) -> bool:
        """Whether it opens with a circumstance that the question does not name."""
        return opens_with_another(self.sentence, self.asked)

    @cached_property
    def sums_up(self) -> bool:
        """Whether it tells of more than was asked about."""
        return self.asked.sums_up(self.sentence)

    @cached_property
    def elsewhere(self) -> bool:
        """Whether it begins with the name of someone who was not asked about."""
        if self.relative:
            return True
        first = _FIRST_WORD.match(self.sentence)
        return first is not None and not self.asked.others.isdisjoint(stems(first[1]))

    @cached_property
    def relative(self) -> bool:
        """Whether it begins with someone's sister or the like, and she was not asked about."""
        found = _RELATIVE.match(self.sentence)
        return found is not None and self.asked.words.isdisjoint(stems(found[1]))

    def completes(self, found: Result, announced: Statement, before: Result) -> bool:
        """Whether it with what was `found`, rather than the `announced` one `before` it, states the answer."""
        if self.supposes or before.bound:
            return before.bound
        if before.opens and (before.new or not found.unit or len(announced.sentence.split()) <= _FEW):
            return False
        if self.concludes or (found.unit and found.new and not before.unit):
            return True
        same = found.unit == before.unit and found.new and found.strong and found.main
        return same and self.weight(found) > 1 and self.about >= announced.about


def named(statements: Sequence[Statement]) -> Statement | None:
    """The only line with a name for what was asked; without one, the last with a name if that is a total."""
    lines = [statement for statement in statements if statement.name]
    named = [line for line in lines if not line.asked.words.isdisjoint(line.name)]
    if len(named) != 1 and lines and not lines[0].name.isdisjoint(_TOTALS):
        named = lines[:1]
    return named[0] if len(named) == 1 else None
