"""Which of the sentences of a reply states the number that it comes to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import promptkit.answers.cues as cues
from promptkit.answers.asked import Asked
from promptkit.answers.phrases import lower_phrase, one_of
from promptkit.answers.prose import checks, concludes, explains
from promptkit.answers.results import Result
from promptkit.answers.topic import stems

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
_PERCENT = re.compile(r"[*_]{0,2}\s?(?:%|per ?cent\b|prozent\b)", re.IGNORECASE)
_SELF_RATED = lower_phrase(
    r"\bmy (?:confidence|certainty)\b|\bconfiden(?:ce|t)\b[^.]{0,20}\d|\b\d+ ?% (?:sure|certain|confident)\b"
)
_NAMES_IT = lower_phrase(
    r"[\s*_#>(-]*(?:so |and )?the (?:\w+ ){0,3}(?:value|number|one|term|element|item|result) is "
    r"[*_$\\(]*-?\d[\d.,/]*\W*$"
)
_EXAMPLE = lower_phrase(rf"[\s*_#>(-]*{one_of(cues.EXAMPLES)}\b")


@dataclass(frozen=True)
class Statement:
    """A sentence, and the number that it comes to.

    Attributes:
        first: it is a paragraph of its own that opens the reply.
    """

    sentence: str
    result: Result
    asked: Asked
    first: bool = False

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

    @cached_property
    def weight(self) -> int:
        """2 where its number may well be the reply's, 1 where it is only beside the point, 0 where it is no answer."""
        found, head = self.result, self.sentence[:_HEAD].lower()
        if found.quantity.value is None and not found.strong:
            return 0
        if found.bound or (not self.concludes and _ADVISES.match(head)):
            return int(found.bound or found.new)
        if checks(self.sentence) or _SELF_RATED.search(head) or (not found.new and _SUPPOSES.match(head)):
            return 0
        if (
            self.asked.unit
            and not (self.asked.percent or found.unit)
            and _PERCENT.match(self.sentence, found.quantity.end)
        ):
            return 1  # a share beside the number of things that was asked for
        if self.concludes:
            return 2
        new = found.new or not self.asked.given
        if not (found.strong or (new and not explains(self.sentence))):
            return int(found.main and (found.unit or self.about > 0 or bool(_NAMES_IT.match(head))))
        beside = (
            not found.main
            or self.sums_up
            or (not found.computed and _SUPPOSES.match(head))
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

    def outweighs(self, later: Statement, *, named: bool) -> bool:
        """Whether it, which may be the only one `named` like what was asked, states the answer rather than `later`."""
        if named and self.weight and not later.concludes:
            return True
        if later.concludes or self.weight != later.weight:
            return self.weight > later.weight
        if later.sums_up and not self.sums_up and self.result.new and not self.asked.words.isdisjoint(self.words):
            return True
        if (
            later.elsewhere
            and not self.elsewhere
            and (self.result.strong or later.relative)
            and not self.asked.words.isdisjoint(self.words)
        ):
            return True
        if self.first:
            return not later.result.unit
        if later.result.computed or (later.result.unit and not self.result.unit):
            return self.concludes and self.about > later.about
        if self.unreal != later.unreal:
            return later.unreal and self.about >= later.about
        return self.about > later.about and (self.concludes or self._answers)

    @property
    def _answers(self) -> bool:
        """Whether it has half of the words by which an answer is known, and a number that is likely to be one."""
        strong = self.result.strong or not self.asked.english
        return strong and self.result.new and 2 * self.about >= len(self.asked.topic)

    def completes(self, announced: Statement) -> bool:
        """Whether it, rather than the `announced` sentence before it, states the answer."""
        found, before = self.result, announced.result
        if _SUPPOSES.match(self.sentence[:_HEAD].lower()) or before.bound:
            return before.bound
        if before.opens and (before.new or not found.unit or len(announced.sentence.split()) <= _FEW):
            return False
        if self.concludes or (found.unit and found.new and not before.unit):
            return True
        same = found.unit == before.unit and found.new and found.strong and found.main
        return same and self.weight > 1 and self.about >= announced.about


def stated(statements: Sequence[Statement]) -> Result | None:
    """The number that a reply with these `statements`, the last one first, comes to; `None` where none settles it."""
    named = _named(statements)
    best: Statement | None = None
    for statement in statements:
        if statement.weight and (best is None or statement.outweighs(best, named=named is statement)):
            best = statement
    return best.result if best else None


def _named(statements: Sequence[Statement]) -> Statement | None:
    """The only line with a name for what was asked; without one, the last with a name if that is a total."""
    lines = [statement for statement in statements if statement.name]
    named = [line for line in lines if not line.asked.words.isdisjoint(line.name)]
    if not named and lines and not lines[0].name.isdisjoint(_TOTALS):
        named = lines[:1]
    return named[0] if len(named) == 1 else None
